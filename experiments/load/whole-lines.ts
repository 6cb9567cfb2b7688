import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Hands on the lines of a stream that have come whole: what a connection was cut in the middle of is none. Resolves at the stream's end. */
export function wholeLines(input: Readable, take: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  input.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  return new Promise((resolve) => input.once('end', resolve));
}
