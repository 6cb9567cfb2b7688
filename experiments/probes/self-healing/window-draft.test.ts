import type { ImpliedWindow } from '../../engine/journal.ts';
import { windowDraft, withTolerance } from './window-draft.ts';

const window = (observedMs: number | null): ImpliedWindow => ({
  id: 'detection',
  title: 'from the fault to the decision',
  impliedMs: { low: 5000, high: 7000 },
  terms: [
    { title: 'until the next try', lowMs: 0, highMs: 2000 },
    { title: 'the rest', lowMs: 5000, highMs: 5000 },
  ],
  observedMs,
  toleranceMs: 250,
});
const draft = (observedMs: number | null, lagMs = 0) =>
  windowDraft({ window: window(observedMs), what: 'detected', lagMs, expectedInControl: 'true' });

test.each<[string, number | null, number, 'true' | 'false' | 'unknown']>([
  ['in the middle', 6000, 0, 'true'],
  ['early by the tolerance', 4750, 0, 'true'],
  ['earlier than that, which no slow machine does', 4749, 9000, 'false'],
  ['late by the tolerance', 7250, 0, 'true'],
  ['later than that', 7251, 0, 'false'],
  ['later than that, by no more than the lab itself was late', 7300, 50, 'unknown'],
  ['later than that, and than the lab was late', 7301, 50, 'false'],
  ['never', null, 9000, 'false'],
])('%s', (_title, observedMs, lagMs, result) => {
  expect(draft(observedMs, lagMs).result).toBe(result);
});

test('both numbers and what they are made of are in the message', () => {
  expect(draft(6461).message).toBe(
    'detected after 6.46 s; the manifest implies 5 s to 7 s (until the next try: 0 s to 2 s; the rest: 5 s)',
  );
  expect(draft(null).message).toMatch(/^not detected; /);
  expect(draft(7300, 50).message).toMatch(/the lab itself was up to 50 ms late meanwhile/);
});

test('what a platform adds to the tolerance is told with its reason', () => {
  const onPlatform = (ms: number, reason: string) =>
    windowDraft({
      window: { ...window(7700), ...withTolerance(250, { tolerance: { ms, reason } }) },
      ...{ what: 'detected', lagMs: 0, expectedInControl: 'true' },
    });
  expect(onPlatform(0, '')).toMatchObject({ result: 'false', threshold: { text: 'within 5 s to 7 s (tolerance 250 ms)' } });
  expect(onPlatform(500, 'it is far')).toMatchObject({
    result: 'true',
    threshold: { text: 'within 5 s to 7 s (tolerance 750 ms: it is far)' },
  });
});
