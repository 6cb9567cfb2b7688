/** The lab itself could not do what it was to do: the run is `errored`. */
export class LabError extends Error {
  override readonly name = 'LabError';
  /** What to do about it. */
  readonly hint: string | undefined;
  /** Last lines of the Pod at fault. */
  readonly logs: string[] | undefined;
  constructor(message: string, options: { hint?: string; logs?: string[]; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
    this.logs = options.logs;
  }
}

/** What the lab stands on is gone: an engine, a node, the API server. Nothing that was seen meanwhile says anything about the system. */
export class PlatformGone extends LabError {}
