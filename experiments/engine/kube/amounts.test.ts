import { parseBytes } from './amounts.ts';

test.each([
  ['16393244Ki', 16_393_244 * 1024],
  ['128Mi', 134_217_728],
  ['1.5G', 1.5e9],
  ['12', 12],
  ['1e9', 1e9],
  ['128974848000m', 128_974_848],
  ['1Pi', 2 ** 50],
])('%s of memory is %d bytes', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

test.each(['12 Mi', 'Mi', '', '1MB'])('%j is no amount of memory', (text) =>
  expect(() => parseBytes(text)).toThrow(`'${text}' is not an amount of memory`),
);
