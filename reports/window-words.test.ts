import type { ImpliedWindow } from '../experiments/engine/journal.ts';
import { placeInWindow, termTexts, windowText } from './window-words.ts';

const window = (observedMs: number | null): ImpliedWindow => ({
  id: 'detection',
  title: 'from the hang to the restart',
  impliedMs: { low: 4000, high: 6100 },
  terms: [
    { title: '(failureThreshold - 1) x periodSeconds', lowMs: 4000, highMs: 5000 },
    { title: 'timeoutSeconds', lowMs: 0, highMs: 1100 },
  ],
  observedMs,
  toleranceMs: 250,
});

test.each([
  [4620, 'within', '4.62 s, within 4 s to 6.1 s'],
  [3750, 'within', '3.75 s, within 4 s to 6.1 s'],
  [6350, 'within', '6.35 s, within 4 s to 6.1 s'],
  [3749, 'earlier', '3.75 s, 251 ms earlier than 4 s to 6.1 s (tolerance 250 ms)'],
  [8100, 'later', '8.1 s, 2 s later than 4 s to 6.1 s (tolerance 250 ms)'],
  [null, 'never', 'not seen; implied 4 s to 6.1 s'],
])('%s ms is %s', (observedMs, place, text) => {
  expect(placeInWindow(window(observedMs))).toBe(place);
  expect(windowText(window(observedMs))).toBe(text);
});

test('the terms are told one by one', () => {
  expect(termTexts(window(1))).toEqual(['(failureThreshold - 1) x periodSeconds: 4 s to 5 s', 'timeoutSeconds: 0 ms to 1.1 s']);
});
