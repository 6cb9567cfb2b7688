/** The API server's answer of 400 and above, in its own words. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly code: number;
  /** As in metav1.Status: `NotFound`, `Conflict`, … */
  readonly reason: string;
  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** Whether the error says that there is no such object. */
export const isNotFound = (error: unknown): boolean => error instanceof KubeError && error.code === 404;
