import { PassThrough } from 'node:stream';
import { wholeLines } from './whole-lines.ts';

test('lines come whole, however they were cut on the way; what has no end is none', async () => {
  const input = new PassThrough();
  const lines: string[] = [];
  const read = wholeLines(input, (line) => lines.push(line));
  const bytes = Buffer.from('{"a":"ä"}\n\nb\nc');
  for (const byte of bytes) input.write(Buffer.from([byte]));
  input.end();
  await read;
  expect(lines).toEqual(['{"a":"ä"}', '', 'b']);
});
