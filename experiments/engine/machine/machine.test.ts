import { readFileSync } from 'node:fs';
import type { CheckDraft } from '../experiment.ts';
import { excuseStarved } from './excuse-starved.ts';
import { decidePressure, parseStallMs, readMachineTimes, watchMachine } from './machine-pressure.ts';

test('the total of what some waited is read, in ms', () => {
  const text = 'some avg10=39.64 avg60=25.93 avg300=12.87 total=4982940300\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n';
  expect(parseStallMs(text)).toBe(4_982_940.3);
  expect(parseStallMs('')).toBeNull();
});

const none = { cpuStalledMs: null, ioStalledMs: null, idleMs: null, cpus: 2 };
test.each([
  ['two busy loops beside a run', { cpuStalledMs: 9700, idleMs: 8000 }, 10, { cpu: 0.97, idle: 0.4, shortOf: 'CPU' }],
  ['a run alone', { cpuStalledMs: 5000, idleMs: 8000, ioStalledMs: 200 }, 30, { cpu: 0.5, io: 0.02, shortOf: null }],
  ['a run alone that uses all there is', { cpuStalledMs: 5000, idleMs: 0 }, 10, { cpu: 0.5, idle: 0, shortOf: null }],
  ['two sides at once, and requests that left late', { cpuStalledMs: 8000, idleMs: 4000 }, 44.4, { cpu: 0.8, idle: 0.2, shortOf: 'CPU' }],
  ['two sides at once, and requests that left in time', { cpuStalledMs: 8000, idleMs: 4000 }, 8, { cpu: 0.8, shortOf: null }],
  ['two sides at once that used up the CPUs', { cpuStalledMs: 8000, idleMs: 1800 }, 8, { cpu: 0.8, idle: 0.09, shortOf: 'CPU' }],
  ['a disk that others use', { cpuStalledMs: 5000, ioStalledMs: 5500, idleMs: 8000 }, 8, { io: 0.55, shortOf: 'disk' }],
  ['a system that does not tell who waits', { idleMs: 4000 }, 100, { cpu: null, io: null, idle: 0.2, shortOf: null }],
  ['a system that tells nothing', {}, 100, { cpu: null, io: null, idle: null, shortOf: null }],
])('%s', (_name, seen, latenessMs, pressure) => {
  const before = Object.fromEntries(Object.keys(seen).map((key) => [key, 0]));
  expect(decidePressure({ ...none, ...before }, { ...none, ...seen }, 10_000, latenessMs)).toMatchObject(pressure);
});

test('a short look says nothing', () => {
  const seen = { cpuStalledMs: 999, ioStalledMs: 999, idleMs: 0, cpus: 2 };
  expect(decidePressure({ ...seen, cpuStalledMs: 0, ioStalledMs: 0 }, seen, 999, 100)).toEqual({
    cpu: null,
    io: null,
    idle: null,
    shortOf: null,
  });
});

test('what was before the watch does not count', () => {
  let [cpuStalledMs, ioStalledMs, idleMs, nowMs] = [1_000_000, 3_000_000, 2_000_000, 50];
  const pressure = watchMachine(
    () => ({ cpuStalledMs, ioStalledMs, idleMs, cpus: 2 }),
    () => nowMs,
  );
  cpuStalledMs += 1000;
  ioStalledMs += 400;
  idleMs += 4000;
  nowMs += 4000;
  expect(pressure(0)).toEqual({ cpu: 0.25, io: 0.1, idle: 0.5, shortOf: null });
});

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('idle time is what the kernel itself adds up', () => {
  const told = () => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[1]) * 1000;
  const [least, { idleMs, cpus }, most] = [told(), readMachineTimes(), told()];
  const tickMs = 10 * cpus;
  expect(idleMs).toBeGreaterThanOrEqual(least - tickMs);
  expect(idleMs).toBeLessThanOrEqual(most + tickMs);
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
const starved = { cpu: 0.958, io: 0.01, idle: 0.02, shortOf: 'CPU' } as const;

test('slowness on a starved machine is not known to be the system’s', () => {
  expect(excuseStarved(draft, starved)).toMatchObject({
    result: 'unknown',
    message: expect.stringContaining('not within 60 s: 12 orders wait; but this machine was short of CPU (something waited for it 95 %'),
  });
});

test('a disk that others use may be the cause, too', () => {
  expect(excuseStarved(draft, { cpu: 0.5, io: 0.558, idle: 0.2, shortOf: 'disk' }).message).toContain(
    'this machine was short of disk (something waited for it 55 % of the time)',
  );
});

test.each([
  ['what held all the same', { ...draft, result: 'true' as const }, starved],
  ['what does not depend on speed', { ...draft, dependsOnSpeed: false }, starved],
  ['slowness on a machine with CPU to spare', draft, { cpu: 0.6, io: 0.01, idle: 0.3, shortOf: null }],
])('%s is left as it was seen', (_name, seen, pressure) => {
  expect(excuseStarved(seen, pressure)).toBe(seen);
});
