import type { CheckDraft } from '../experiment.ts';
import { decideCpuPressure, parseStallMs, watchCpuPressure } from './cpu-pressure.ts';
import { excuseStarved } from './excuse-starved.ts';

test('the total of what some waited is read, in ms', () => {
  const text = 'some avg10=39.64 avg60=25.93 avg300=12.87 total=4982940300\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n';
  expect(parseStallMs(text)).toBe(4_982_940.3);
  expect(parseStallMs('')).toBeNull();
});

test.each([
  ['two busy loops beside a run', 9700, 10_000, 10, { share: 0.97, starved: true }],
  ['a run alone', 5000, 10_000, 30, { share: 0.5, starved: false }],
  ['two sides at once, and requests that left late', 8000, 10_000, 44.4, { share: 0.8, starved: true }],
  ['two sides at once, and requests that left in time', 8000, 10_000, 8, { share: 0.8, starved: false }],
  ['too short to say', 990, 999, 100, { share: null, starved: false }],
  ['a system that does not tell', null, 10_000, 100, { share: null, starved: false }],
])('%s', (_name, stalledMs, elapsedMs, latenessMs, pressure) => {
  expect(decideCpuPressure(stalledMs, elapsedMs, latenessMs)).toEqual(pressure);
});

test('what was before the watch does not count', () => {
  let [stalledMs, nowMs] = [1_000_000, 50];
  const pressure = watchCpuPressure(
    () => stalledMs,
    () => nowMs,
  );
  stalledMs += 1000;
  nowMs += 4000;
  expect(pressure(0)).toEqual({ share: 0.25, starved: false });
});

const draft: CheckDraft = {
  id: 'drained',
  title: 'no order waits',
  observed: { value: null, text: 'not within 60 s' },
  threshold: { op: '<=', value: 60, unit: 's', text: 'within 60 s' },
  result: 'false',
  expectedInControl: 'true',
  dependsOnSpeed: true,
  message: 'not within 60 s: 12 orders wait',
};
const starved = { share: 0.958, starved: true };

test('slowness on a starved machine is not known to be the system’s', () => {
  expect(excuseStarved(draft, starved)).toMatchObject({
    result: 'unknown',
    message: expect.stringContaining('not within 60 s: 12 orders wait; but this machine was short of CPU (something waited for it 95 %'),
  });
});

test.each([
  ['what held all the same', { ...draft, result: 'true' as const }, starved],
  ['what does not depend on speed', { ...draft, dependsOnSpeed: false }, starved],
  ['slowness on a machine with CPU to spare', draft, { share: 0.6, starved: false }],
])('%s is left as it was seen', (_name, seen, pressure) => {
  expect(excuseStarved(seen, pressure)).toBe(seen);
});
