import { callsUntilRun, implyClosing, implyOpening } from './implied-windows.ts';

const settings = { timeoutMs: 300, isOn: true, failures: 5, halfOpenMs: 2000 };

test('where all calls are late, the breaker opens when the fifth has timed out', () => {
  const { impliedMs, terms } = implyOpening(settings, { rate: 40, failingShare: 1, fail: 'late' });
  expect(impliedMs).toEqual({ low: 400, high: 425 });
  expect(terms.map(({ title }) => title)).toEqual(['until the next order', 'until 5 in a row have failed', 'SYNC_TIMEOUT_MS of the last']);
});

test('where half of the calls fail, it opens when three follow each other', () => {
  const { impliedMs, terms } = implyOpening({ ...settings, failures: 3 }, { rate: 40, failingShare: 0.5, fail: 'broken' });
  expect(impliedMs.low).toBe(50);
  expect(impliedMs.high).toBeGreaterThan(2000);
  expect(impliedMs.high).toBeLessThan(4000);
  expect(terms[1]?.title).toMatch(/^until 3 in a row have failed where 50 % fail: 3 to \d+ calls$/);
});

test('it closes after what is left of its time, and one call', () => {
  expect(implyClosing(settings, { rate: 40 }).impliedMs).toEqual({ low: 0, high: 2325 });
});

test.each([
  [5, 1, 0.9999, 5],
  [1, 0.5, 0.5, 1],
  [1, 0.5, 0.875, 3],
  // Of the 8 sequences of 3 calls, HHx and THH have two in a row: 3/8.
  [2, 0.5, 0.375, 3],
  [2, 0.5, 0.376, 4],
  [3, 0, 0.5, 1_000_000],
  [100_000, 1, 0.9999, 100_000],
  [100_000, 0.5, 0.9999, 1_000_000],
])('%d failures in a row, of a share of %d, are there with a chance of %d after %d calls', (run, share, chance, calls) => {
  expect(callsUntilRun(run, share, chance)).toBe(calls);
});
