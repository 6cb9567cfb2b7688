import { ShoplabError } from './shoplab-error.ts';

/** A signal asked to stop: exit code 130. It is the reason of the AbortSignal that everything waits on. */
export class Interrupted extends ShoplabError {
  override readonly name = 'Interrupted';
  /** For example `SIGINT`. */
  readonly signal: string;
  constructor(signal: string) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}
