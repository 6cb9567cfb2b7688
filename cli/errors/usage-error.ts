import { ShoplabError } from './shoplab-error.ts';

/** The command line or a file given on it is at fault: exit code 2. */
export class UsageError extends ShoplabError {
  override readonly name = 'UsageError';
}
