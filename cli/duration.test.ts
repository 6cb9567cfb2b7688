import { parseDurationMs } from './duration.ts';

test.each([
  ['90s', 90_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['1.5h', 5_400_000],
])('%s is %i ms', (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});

test.each(['', '90', 's', '90 s', '1m30', '-5s', '5s!'])("'%s' is refused with an example", (text) => {
  expect(() => parseDurationMs(text)).toThrow(expect.objectContaining({ name: 'UsageError', hint: expect.stringContaining('90s') }));
});
