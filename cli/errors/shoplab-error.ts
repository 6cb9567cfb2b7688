/** What people read when something went wrong: what, where, what to do about it, and where to read more. */
export class ShoplabError extends Error {
  override readonly name: string = 'ShoplabError';
  readonly hint: string | undefined;
  readonly reference: string | undefined;
  constructor(message: string, more: { hint?: string; reference?: string; cause?: unknown } = {}) {
    super(message, 'cause' in more ? { cause: more.cause } : undefined);
    this.hint = more.hint;
    this.reference = more.reference;
  }
}
