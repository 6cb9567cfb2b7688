import { readFileSync } from 'node:fs';
import { type BackOff, computeBackOff, decideBackOff } from './restart-back-off.ts';

type Case = { id: string; in: { runSeconds: number[] }; out: { waitSeconds: number[] } };
const cases = JSON.parse(readFileSync(new URL('restart-back-off.cases.json', import.meta.url), 'utf8')) as Case[];

test.each(cases.map((one) => [one.id, one] as const))('%s', (_, { in: { runSeconds }, out }) => {
  let now = 1_000_000;
  let backOff: BackOff | undefined;
  const waits = runSeconds.map((run) => {
    now += run * 1000;
    const wait = computeBackOff(backOff, now, now);
    const ended = now;
    now += wait;
    expect(computeBackOff(backOff, ended, now)).toBe(0);
    backOff = decideBackOff(backOff, ended, now);
    return wait / 1000;
  });
  expect(waits).toEqual(out.waitSeconds);
});
