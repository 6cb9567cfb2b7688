/** A kustomization cannot be built: names the file, the field and what is wrong with it. */
export class KustomizeError extends Error {
  override readonly name = 'KustomizeError';
  readonly hint: string;
  constructor(message: string, hint = '', options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}
