import type { Readable } from 'node:stream';
import { LineSplitter } from './line-splitter.ts';

/** Hands on the lines of a stream that have come whole: what a connection was cut in the middle of is none. Resolves at the stream's end. */
export function wholeLines(input: Readable, take: (line: string) => void): Promise<void> {
  const lines = new LineSplitter();
  input.on('data', (chunk: Buffer) => {
    for (const line of lines.push(chunk)) take(line);
  });
  return new Promise((resolve) => input.once('end', resolve));
}
