/** What the API answers in place of a result. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** 400, with what was wrong in the body, in the words of Go's encoding/json. */
export const badBody = (why: string): ApiError => new ApiError(400, `bad request body: ${why}`);
