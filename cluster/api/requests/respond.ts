import type { ServerResponse } from 'node:http';
import { ApiError } from '../errors.ts';
import type { Answer } from './request.ts';

/** A sentence as a Warning header has it: quoted, on one line, in characters that a header may carry. */
const warningHeader = (sentence: string): string =>
  `299 - ${JSON.stringify(sentence.replace(/[\r\n]+/g, ' ').replace(/[^\x20-\x7e]/g, '?'))}`;

/** Sends an answer; 304 where the client has it already. */
export function respond(
  response: ServerResponse,
  { code = 200, body, type = 'application/json', etag }: Answer,
  have?: string,
  warnings: string[] = [],
): void {
  const unchanged = etag !== undefined && have === etag;
  if (warnings.length > 0) response.setHeader('Warning', [...new Set(warnings)].map(warningHeader));
  response.writeHead(unchanged ? 304 : code, { 'content-type': type, ...(etag && { etag, vary: 'Accept' }) });
  response.end(unchanged ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
}

/** What an error is told as: the API's own as they are, others as 500 with their message. */
export const toApiError = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : new ApiError(500, 'InternalError', `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`);
