import { z } from 'zod';
import { parseInput } from './problem.ts';

const query = z.object({
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});

/** A page of a list: without `after` the newest first; with it those behind that `seq`, oldest first, to walk through all of them. */
export function readPage(given: unknown): { where: string; order: string; values: number[] } {
  const { limit, after } = parseInput(query, given, 'query');
  return after === undefined
    ? { where: 'true', order: 'seq DESC LIMIT $1', values: [limit] }
    : { where: 'seq > $2', order: 'seq LIMIT $1', values: [limit, after] };
}

/** Whether a text can be the id of anything. */
export const isId = (text: string): boolean => z.uuid().safeParse(text).success;
