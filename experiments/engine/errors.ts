/** Something the lab could not do: the run ends `errored`. The hint says what to do, `logs` are the last lines of the Pod at fault. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly hint: string | undefined;
  readonly logs: string[] | undefined;
  constructor(message: string, more: { hint?: string; logs?: string[]; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.hint = more.hint;
    this.logs = more.logs;
  }
}

/** What cannot be looked at further: the run ends `inconclusive`, and says why. */
export class Inconclusive extends Error {
  override readonly name = 'Inconclusive';
}

/** The API's answer of 400 and above. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
