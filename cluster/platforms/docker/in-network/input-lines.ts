import { createInterface } from 'node:readline';

/** The line with which what is meant for the program begins; whatever stands before it comes from the engine. */
export const beginning = 'begin';

/** Calls with each line of stdin after the beginning; the process ends with stdin, or by SIGTERM and SIGINT. */
export function onInputLine(take: (line: string) => void): void {
  let begun = false;
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      if (begun) take(line);
      else begun = line === beginning;
    })
    .on('close', () => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
}
