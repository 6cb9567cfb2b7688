import { decideQuota, initialQuota, type QuotaState } from './cpu-quota.ts';

const state = (budgetMs: number, usedMs = 0): QuotaState => ({
  budgetMs,
  periodStartMs: 0,
  usedMs,
  lookedAtMs: 0,
  runs: true,
  coresInUse: 1,
  calmMs: 0,
});

test.each<[string, QuotaState, number, number, { runs: boolean; lookAfterMs: number; budgetMs: number }]>([
  ['what is left is used up at one core at the earliest', state(20), 5, 5, { runs: true, lookAfterMs: 15, budgetMs: 15 }],
  ['two threads use it up in half the time', state(20), 4, 2, { runs: true, lookAfterMs: 8, budgetMs: 16 }],
  ['what may have used all, uncounted, is stopped to see', state(20), 11, 15, { runs: false, lookAfterMs: 0, budgetMs: 9 }],
  ['what was stopped to see goes on with what is left', { ...state(9), runs: false }, 3, 0.2, { runs: true, lookAfterMs: 6, budgetMs: 6 }],
  ['what seems calm for a moment may be uncounted', state(5), 0, 5, { runs: false, lookAfterMs: 0, budgetMs: 5 }],
  ['what has used its quota waits for the next period', state(20), 20, 20, { runs: false, lookAfterMs: 80, budgetMs: 0 }],
  ['what has used too much a little waits no longer', state(20), 30, 30, { runs: false, lookAfterMs: 70, budgetMs: -10 }],
  ['what owes a whole quota waits for one period more', state(20), 40, 40, { runs: false, lookAfterMs: 160, budgetMs: -20 }],
  ['a period gives the quota again, less what is owed', state(-5), 0, 100, { runs: true, lookAfterMs: 50, budgetMs: 15 }],
  ['what was stopped is not calm, whatever it used', { ...state(-5), runs: false }, 0, 100, { runs: true, lookAfterMs: 15, budgetMs: 15 }],
  [
    'what ran on two cores is taken to do so again',
    { ...state(0), runs: false, coresInUse: 2 },
    0,
    100,
    { runs: true, lookAfterMs: 10, budgetMs: 20 },
  ],
  ['what is not used is lost', state(20), 0, 1000, { runs: true, lookAfterMs: 50, budgetMs: 20 }],
  ['a late look counts all periods since', state(20), 60, 210, { runs: false, lookAfterMs: 90, budgetMs: 0 }],
])('%s', (_title, before, usedMs, nowMs, { runs, lookAfterMs, budgetMs }) => {
  const decision = decideQuota(before, 20, usedMs, nowMs, 2);
  expect(decision).toMatchObject({ state: { runs, budgetMs, usedMs } });
  expect(decision.lookAfterMs).toBeCloseTo(lookAfterMs, 6);
});

/** A process that takes all it gets on so many cores, looked at too late by up to `lateMs`: what it had used at each look. */
function play(quotaMs: number, cores: number, lateMs: number): { nowMs: number; usedMs: number }[] {
  let [nowMs, usedMs] = [0, 0];
  let decision = { state: initialQuota(quotaMs, 0, 0), lookAfterMs: 1 };
  const seen = [];
  for (let n = 0; nowMs < 60_000; n += 1) {
    const passedMs = decision.lookAfterMs + ((n * 7919) % (lateMs + 1));
    nowMs += passedMs;
    if (decision.state.runs) usedMs += passedMs * cores;
    decision = decideQuota(decision.state, quotaMs, usedMs, nowMs, cores);
    seen.push({ nowMs, usedMs });
  }
  return seen;
}

test.each([
  [10, 1, 1],
  [20, 1, 4],
  [20, 2, 1],
  [50, 2, 10],
  [150, 2, 10],
])(
  'a quota of %i ms on %i cores, with looks up to %i ms late: never more than that beyond it, and all of it is given',
  (quotaMs, cores, lateMs) => {
    const seen = play(quotaMs, cores, lateMs);
    for (const { nowMs, usedMs } of seen) {
      const granted = (Math.floor(nowMs / 100) + 1) * quotaMs;
      // That it uses more than one core shows at the second look.
      expect(usedMs).toBeLessThanOrEqual(granted + (lateMs + 1) * cores + (nowMs < 1000 ? (cores - 1) * quotaMs : 0));
    }
    const last = seen.at(-1);
    expect((last?.usedMs ?? 0) / (quotaMs * ((last?.nowMs ?? 0) / 100))).toBeCloseTo(1, 2);
  },
);

test('what hardly uses anything is looked at 20 times a second', () => {
  expect(decideQuota(state(20), 20, 0.5, 50, 2).lookAfterMs).toBe(50);
});
