/** What people see on stderr while they wait. One step at a time; steps may follow each other without an end. */
export interface Progress {
  /** What is awaited now. */
  step(title: string): void;
  /** What was last seen of it. */
  saw(text: string): void;
  /** The step is over; `note` says what came of it. */
  done(note?: string): void;
  /** A line that stays. */
  tell(line: string): void;
  /** Nothing more will come; what was drawn in place goes. */
  stop(): void;
}

export interface ProgressOptions {
  write(text: string): void;
  /** Milliseconds; passed in so that tests have their own. */
  now?(): number;
  /** Width of the terminal, for lines that are redrawn. */
  columns?: number;
}
