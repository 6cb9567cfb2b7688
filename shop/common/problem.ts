import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { z } from 'zod';
import { isAbsence } from './database.ts';
import type { Log } from './log.ts';

/** Something wrong with a request, answered as `application/problem+json` (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly problems: { field: string; message: string }[];
  constructor(status: number, title: string, problems: { field: string; message: string }[] = []) {
    super(title);
    this.status = status;
    this.problems = problems;
  }
}

/** What a client sent, by its schema. Throws a Problem 400 that names everything that is wrong. `part`: where in the request it was. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, part: 'body' | 'query' = 'body'): z.infer<S> {
  const read = schema.safeParse(input ?? {});
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => ({ field: path.join('.') || part, message }));
  throw new Problem(400, `The ${part} is not valid`, problems);
}

/** For a path that is there: every method but these is 405. */
export const onlyMethods =
  (...methods: string[]): RequestHandler =>
  (request, response) => {
    response.set('allow', methods.join(', '));
    throw new Problem(405, `${request.method} is not allowed here; allowed: ${methods.join(', ')}`);
  };

/** No such path. */
export const notFound: RequestHandler = (request) => {
  throw new Problem(404, `There is nothing at ${request.path}`);
};

const bodyErrors: Record<string, [status: number, title: string]> = {
  'entity.too.large': [413, 'The body is larger than 100 kB'],
  'entity.parse.failed': [400, 'The body is not JSON'],
  'encoding.unsupported': [415, 'The content encoding is not supported'],
  'charset.unsupported': [415, 'The charset is not supported'],
};

/** The last handler: problems as they are, the body parser's errors by their kind, the rest as 503 or 500 without its inner side. */
export const answerErrors =
  (log: Log): ErrorRequestHandler =>
  (error: Error & { type?: string; status?: number; code?: string }, request, response, next) => {
    if (response.headersSent) return next(error);
    const known = error.type ? bodyErrors[error.type] : undefined;
    const client = error.status !== undefined && error.status >= 400 && error.status < 500;
    const problem =
      error instanceof Problem
        ? error
        : known
          ? new Problem(...known)
          : client
            ? new Problem(error.status ?? 400, 'The request cannot be read')
            : isAbsence(error)
              ? new Problem(503, 'The database cannot be reached')
              : new Problem(500, 'Something went wrong here');
    if (problem.status >= 500)
      log.error({ err: error, path: request.path, correlationId: response.locals.correlationId }, 'request failed');
    response
      .status(problem.status)
      .type('application/problem+json')
      .send(
        JSON.stringify({
          title: problem.message,
          status: problem.status,
          ...(problem.problems.length > 0 && { problems: problem.problems }),
        }),
      );
  };
