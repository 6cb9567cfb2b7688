import { readFileSync } from 'node:fs';
import {
  askWithRetries,
  decideResult,
  decideTry,
  describeOutcome,
  newMemory,
  type Outcome,
  type ProbeKind,
  type ProbeRules,
} from './probe-worker.ts';

interface Tick {
  container: number;
  handler: 'ok' | 'fail' | 'error';
  running: boolean;
  runningSeconds?: number;
  started: boolean;
  deleting?: boolean;
}
type Given = Omit<ProbeRules, 'kind'> & { probe: ProbeKind; ticks: Tick[] };
type Answer = { events?: string[]; result: string; tries: number; workerEnds?: boolean };
type Case = { id: string; in: Given; out: { ticks: Answer[] } };
const cases = JSON.parse(readFileSync(new URL('probe-worker.cases.json', import.meta.url), 'utf8')) as Case[];

const answers: Record<Tick['handler'], Outcome> = {
  ok: { is: 'success' },
  fail: { is: 'failure', text: 'bad' },
  error: { is: 'error', text: 'runtime broke', state: 'unknown' },
};

test.each(cases.map((one) => [one.id, one] as const))('%s', async (_, { in: { probe, ticks, ...rest }, out }) => {
  const rules: ProbeRules = { kind: probe, ...rest };
  const now = 1_000_000_000;
  let memory = newMemory(probe);
  const seen: Answer[] = [];
  for (const tick of ticks) {
    let tries = 0;
    const events: string[] = [];
    const container = {
      containerID: `test://${tick.container}`,
      startedAtMs: tick.running ? now - (tick.runningSeconds ?? 0) * 1000 : undefined,
      terminated: !tick.running,
      started: tick.started,
      podDeleting: tick.deleting ?? false,
      podFinished: false,
    };
    const decided = decideTry(rules, memory, container, now);
    memory = decided.memory;
    if (decided.next === 'ask') {
      const outcome = await askWithRetries(async () => {
        tries += 1;
        return answers[tick.handler];
      });
      const event = describeOutcome(probe, outcome);
      if (event) events.push(`Warning ${event.reason} ${event.message}`);
      memory = decideResult(rules, memory, outcome);
    }
    const result = memory.result === 'Unknown' ? 'UNKNOWN' : memory.result;
    seen.push({ ...(events.length > 0 && { events }), result, tries, ...(decided.next === 'end' && { workerEnds: true }) });
    if (decided.next === 'end') break;
  }
  expect(seen).toEqual(out.ticks);
});
