import { liveProgress } from './live-progress.ts';
import { observeRun } from './observe-run.ts';
import { plainProgress } from './plain-progress.ts';

const { jest } = import.meta;

function written(make: typeof plainProgress) {
  const out: string[] = [];
  const clock = { ms: 0 };
  const progress = make({ write: (text) => void out.push(text), now: () => clock.ms, columns: 40 });
  return { progress, clock, text: () => out.join('') };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('a step that is over at once is one plain line', () => {
  const { progress, text } = written(plainProgress);
  progress.step('control: undo');
  progress.done();
  jest.advanceTimersByTime(5_000);
  expect(text()).toBe('control: undo: 0 ms\n');
});

test('plain lines say what is awaited, for how long, and what was last seen', () => {
  const { progress, clock, text } = written(plainProgress);
  progress.step('control: wait Ready');
  progress.saw('delivery 0 of 1');
  jest.advanceTimersByTime(1_000);
  clock.ms = 12_000;
  progress.saw('delivery 0 of 1: probe answered 503');
  clock.ms = 13_000;
  progress.saw('too soon to say again');
  clock.ms = 14_200;
  progress.done();
  progress.done();
  expect(text()).toBe(
    'control: wait Ready …\ncontrol: wait Ready: 12 s so far; last seen: delivery 0 of 1: probe answered 503\ncontrol: wait Ready: 14.2 s\n',
  );
});

test('a live line is redrawn in place, never wider than the terminal, and gone at the end', () => {
  const { progress, clock, text } = written(liveProgress);
  progress.step('control: wait Ready');
  clock.ms = 3_400;
  progress.saw('delivery 0 of 1: readiness probe answered 503');
  const drawn = text().split('\r\u001b[2K').at(-1) ?? '';
  expect(drawn).toContain('control: wait Ready 3 s · delivery');
  expect([...drawn].length).toBeLessThan(40);
  progress.tell('a line that stays');
  progress.done('all Ready');
  progress.step('treatment: apply');
  progress.stop();
  expect(text()).toContain('\r\u001b[2Ka line that stays\n');
  expect(text()).toContain('✓ control: wait Ready 3.4 s · all Ready\n');
  expect(text().endsWith('\r\u001b[2K')).toBe(true);
});

test('variants side by side are one step, and each is told of when it is over', () => {
  const { progress, text } = written(plainProgress);
  const observe = observeRun(progress);
  for (const variant of ['control', 'treatment'] as const) observe({ type: 'phase-started', variant, phase: 'method' });
  jest.advanceTimersByTime(1_000);
  observe({ type: 'phase-ended', variant: 'control', phase: 'method', durationMs: 2000 });
  observe({ type: 'phase-ended', variant: 'treatment', phase: 'method', durationMs: 3000 });
  expect(text()).toBe('control: method | treatment: method …\ncontrol: method: 2 s\ntreatment: method: 0 ms\n');
});
