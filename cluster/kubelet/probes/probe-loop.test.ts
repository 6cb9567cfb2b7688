import { ProbeLoop } from './probe-loop.ts';
import type { Outcome, ProbedContainer } from './probe-worker.ts';

const { jest } = import.meta;
beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

/** Runs a readiness probe of period 10 s over a container that has run for long; answers the seconds at which it was asked. */
function start(ask: () => Promise<Outcome>, more: Partial<ProbedContainer> = {}) {
  const begun = Date.now();
  const asked: number[] = [];
  const results: string[] = [];
  const container = { containerID: 'a', startedAtMs: 0, terminated: false, started: true, podDeleting: false, podFinished: false, ...more };
  const rules = { kind: 'readiness' as const, initialDelaySeconds: 0, successThreshold: 1, failureThreshold: 1, restartPolicy: 'Always' };
  const loop = new ProbeLoop(rules, 10, {
    view: () => container,
    ask: () => {
      asked.push((Date.now() - begun) / 1000);
      return ask();
    },
    event: () => {},
    onResult: (result) => results.push(result),
    now: () => Date.now(),
  });
  return { loop, asked, results, container, ended: loop.run() };
}

const succeed = async (): Promise<Outcome> => ({ is: 'success' });
const slow = (ms: number) => (): Promise<Outcome> => new Promise((resolve) => setTimeout(() => resolve({ is: 'success' }), ms));

test('it asks at once, then each period', async () => {
  const { loop, asked, results, ended } = start(succeed);
  await jest.advanceTimersByTimeAsync(25_000);
  expect(asked).toEqual([0, 10, 20]);
  expect(results).toEqual(['Failure', 'Success']);
  loop.stop();
  await ended;
});

test('a trigger asks at once and restarts the period', async () => {
  const { loop, asked } = start(succeed);
  await jest.advanceTimersByTimeAsync(4000);
  loop.trigger();
  await jest.advanceTimersByTimeAsync(20_000);
  expect(asked).toEqual([0, 4, 14, 24]);
  loop.stop();
});

test('a container that is not there yet is waited for; its first try is at a tick', async () => {
  const { loop, asked, container } = start(succeed, { containerID: undefined });
  await jest.advanceTimersByTimeAsync(1000);
  container.containerID = 'a';
  await jest.advanceTimersByTimeAsync(9500);
  expect(asked).toEqual([10]);
  loop.stop();
});

test('ticks do not queue beyond one while a probe is slow', async () => {
  const { loop, asked } = start(slow(25_000));
  await jest.advanceTimersByTimeAsync(56_000);
  expect(asked).toEqual([0, 25, 50]);
  loop.stop();
});

test('what comes after stop is not told', async () => {
  const { loop, results, ended } = start(slow(1000));
  loop.stop();
  await jest.advanceTimersByTimeAsync(1000);
  await ended;
  expect(results).toEqual(['Failure']);
});
