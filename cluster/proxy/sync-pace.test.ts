import { decideSyncDelay } from './sync-pace.ts';

test.each<[string, number | undefined, number, number]>([
  ['the first change goes through', undefined, 5, 0],
  ['one right after another waits for the rest of the second', 100, 110, 990],
  ['one in the middle of it waits for what is left', 100, 700, 400],
  ['one at its end goes through', 100, 1100, 0],
  ['one after a quiet time goes through', 100, 9000, 0],
])('%s', (_title, lastMs, nowMs, delayMs) => {
  expect(decideSyncDelay(lastMs, nowMs)).toBe(delayMs);
});
