import type { RunningContainer } from './runtimes/runtime.ts';
import { UsageSampler } from './usage-sampler.ts';

const { jest } = import.meta;

test('cpu is the mean of the window, the first of which begins with the container', () => {
  jest.useFakeTimers({ now: 100_000 });
  let used = { cpuSeconds: 0, memoryBytes: 0 };
  const container = { usage: () => used } as RunningContainer;
  let running = [{ container, startedAtMs: 98_000 }];
  const sampler = new UsageSampler(() => running, Date.now, 5000);
  expect(sampler.usage(container)).toBeUndefined();
  used = { cpuSeconds: 1.4, memoryBytes: 1000 };
  jest.advanceTimersByTime(5000);
  expect(sampler.usage(container)).toEqual({ atMs: 105_000, windowMs: 7000, cpuCores: 0.2, memoryBytes: 1000 });
  used = { cpuSeconds: 3.9, memoryBytes: 500 };
  jest.advanceTimersByTime(5000);
  expect(sampler.usage(container)).toEqual({ atMs: 110_000, windowMs: 5000, cpuCores: 0.5, memoryBytes: 500 });
  used = { cpuSeconds: 3, memoryBytes: 500 };
  jest.advanceTimersByTime(5000);
  expect(sampler.usage(container)?.cpuCores).toBe(0);
  running = [];
  jest.advanceTimersByTime(5000);
  expect(sampler.usage(container)).toBeUndefined();
  sampler.stop();
  jest.useRealTimers();
});
