import type { ChalkInstance } from 'chalk';
import type { Outcome } from '../experiments/engine/journal.ts';

/** The colour of an outcome. */
export const outcomeInk = (paint: ChalkInstance): Record<Outcome, ChalkInstance> => ({
  passed: paint.green,
  failed: paint.red,
  inconclusive: paint.yellow,
  errored: paint.magenta,
});

/** No text of a journal may steer the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
export const visible = (raw: string): string => raw.replace(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]|\p{Surrogate}/gu, '\uFFFD');
