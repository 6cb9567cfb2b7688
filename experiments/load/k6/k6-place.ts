import type { LoadOptions } from '../../engine/experiment.ts';

/** A k6 that is ready to be started, wherever it is. */
export interface K6Place {
  /** `v1.2.3`. */
  readonly version: string;
  /** How far the clock of its times is ahead of this machine's, in ms. */
  readonly clockAheadMs: number;
  /** For journals; absent: this machine. */
  readonly sentFrom?: string;
  /** Starts it; `onLine` gets the lines of its JSON output, and `onUnreadable` why no more of them can be read. */
  start(onLine: (line: string) => void, onUnreadable: (error: Error) => void): void;
  /** When it has ended. Never rejects. */
  readonly gone: Promise<K6End>;
  /** The last of what it wrote to stderr. */
  complaint(): string;
  /** As Ctrl-C does: what is in flight is cut, and told of by nobody. */
  interrupt(): void;
  /** Once it is gone: hands on the lines that are still to come. Throws what `onLine` throws. */
  finish(): void;
  /** Once it is gone: what it has summed up. */
  summary(): Promise<string>;
  /** Ends it at once; nothing of it is left. */
  kill(): void;
}

/** How k6 ended. */
export interface K6End {
  /** null: nobody knows, or it was killed. */
  code: number | null;
  /** In words. */
  how: string;
}

/** Makes k6 ready for a load. Rejects with a LabError where it cannot be had. */
export type OpenK6 = (options: LoadOptions) => Promise<K6Place>;

export interface K6Words {
  /** Files: to be run, and to be written by it. */
  script: string;
  samples: string;
  summary: string;
}

/** What k6 is told beside its name. */
export const k6Words = ({ script, samples, summary }: K6Words, { origin, seed }: LoadOptions): string[] => [
  ...['run', '--quiet', '--no-color', '--no-usage-report'],
  // Of several at once each has its own port for this.
  ...['--address', '127.0.0.1:0'],
  ...['--out', `json=${samples}`, '--summary-export', summary],
  ...['--env', `ORIGIN=${origin}`, '--env', `SEED=${seed}`, script],
];
