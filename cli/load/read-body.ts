import { readFileSync } from 'node:fs';
import { UsageError } from '../errors/usage-error.ts';

/** What is in the file that a body is taken from. Throws a UsageError. */
export function readBody(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`the body cannot be read from ${file}`, { cause, hint: 'a path relative to where you are' });
  }
}
