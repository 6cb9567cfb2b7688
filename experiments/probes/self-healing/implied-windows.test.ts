import { implyDetection, implyRestart } from './implied-windows.ts';
import type { LivenessSettings } from './liveness-settings.ts';

const settings: LivenessSettings = {
  initialDelaySeconds: 0,
  periodSeconds: 2,
  timeoutSeconds: 1,
  failureThreshold: 3,
  graceSeconds: 3,
  preStop: { sleepSeconds: 1 },
};
const range = ({ impliedMs: { low, high } }: { impliedMs: { low: number; high: number } }) => [low / 1000, high / 1000];

test.each<[string, Partial<LivenessSettings>, 'hang' | 'failure', [number, number]]>([
  ['a failing endpoint: between (F - 1)P and FP', {}, 'failure', [4, 6]],
  ['a hanging one: a timeout later', {}, 'hang', [5, 7]],
  ['a threshold of 1: at the next try', { failureThreshold: 1 }, 'failure', [0, 2]],
  ['a threshold of 1 and a hang', { failureThreshold: 1 }, 'hang', [1, 3]],
  ['the base of the shop', { periodSeconds: 5, timeoutSeconds: 2 }, 'hang', [12, 17]],
  ['the course’s numbers', { periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 5 }, 'hang', [22, 27]],
  ['a timeout longer than the period: tries follow one another', { timeoutSeconds: 5 }, 'hang', [15, 17]],
  ['a timeout longer than the period does not matter to what answers', { timeoutSeconds: 5 }, 'failure', [4, 6]],
])('detection of %s', (_title, change, symptom, expected) => {
  expect(range(implyDetection({ ...settings, ...change }, symptom))).toEqual(expected);
});

test('what is left of the initial delay comes before', () => {
  const delayed = { ...settings, initialDelaySeconds: 120 };
  expect(range(implyDetection(delayed, 'hang', 100_000))).toEqual([25, 27]);
  expect(range(implyDetection(delayed, 'hang', 121_000))).toEqual([5, 7]);
});

test.each<[string, Partial<LivenessSettings>, 'hang' | 'failure', [number, number]]>([
  ['a hang: all of the grace period, preStop inside it', {}, 'hang', [3, 4]],
  ['a hang without preStop', { preStop: 'none' }, 'hang', [3, 4]],
  ['a hang whose preStop leaves less than 2 s', { preStop: { sleepSeconds: 2 } }, 'hang', [4, 5]],
  ['a hang whose preStop takes all', { preStop: { sleepSeconds: 10 } }, 'hang', [5, 6]],
  ['a hang without a grace period', { graceSeconds: 0, preStop: 'none' }, 'hang', [2, 3]],
  ['a hang with a preStop of unknown length', { preStop: 'other' }, 'hang', [3, 6]],
  ['what still serves: from the end of preStop on', {}, 'failure', [1, 4]],
  ['what still serves, without preStop', { preStop: 'none' }, 'failure', [0, 4]],
])('restart of %s', (_title, change, symptom, expected) => {
  expect(range(implyRestart({ ...settings, ...change }, symptom))).toEqual(expected);
});

test('the terms are named, and add up to the range', () => {
  const { impliedMs, terms } = implyDetection(settings, 'hang');
  expect(terms.map(({ title, lowMs, highMs }) => `${title}: ${lowMs}..${highMs}`)).toEqual([
    'until the next try, at most periodSeconds: 0..2000',
    '(failureThreshold - 1) x periodSeconds: (3 - 1) x 2 s: 4000..4000',
    'timeoutSeconds of the last try: 1000..1000',
  ]);
  expect(impliedMs).toEqual({ low: 5000, high: 7000 });
});
