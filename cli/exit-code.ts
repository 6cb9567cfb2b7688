import type { Journal } from '../experiments/engine/journal.ts';

/** The exit codes of shoplab. */
export const exitCodes = {
  passed: 0,
  errored: 1,
  usage: 2,
  inconclusive: 3,
  failed: 4,
  platformUnavailable: 5,
  undoFailed: 6,
  interrupted: 130,
} as const;

/** Worst first: where several hold, the first of these is the one. */
const worst: number[] = [
  exitCodes.undoFailed,
  exitCodes.interrupted,
  exitCodes.platformUnavailable,
  exitCodes.errored,
  exitCodes.failed,
  exitCodes.inconclusive,
  exitCodes.passed,
];

/** From which outcome on a run fails: with `failed` an inconclusive one counts as passed. */
export type FailOn = 'inconclusive' | 'failed';

/** What the run of these experiments exits with. */
export function exitCodeOfJournals(
  journals: Pick<Journal, 'outcome' | 'interrupted' | 'undoFailures' | 'variants'>[],
  failOn: FailOn = 'inconclusive',
): number {
  const codes = journals.flatMap((journal): number[] => [
    journal.outcome === 'inconclusive' && failOn === 'failed' ? exitCodes.passed : exitCodes[journal.outcome],
    ...(journal.variants.some(({ error }) => error?.platformGone) ? [exitCodes.platformUnavailable] : []),
    ...(journal.undoFailures.length > 0 ? [exitCodes.undoFailed] : []),
    ...(journal.interrupted === null ? [] : [exitCodes.interrupted]),
  ]);
  return worst.find((code) => codes.includes(code)) ?? exitCodes.passed;
}

/** What an error that ends the program exits with, by its class; the innermost cause that is known decides. */
export function exitCodeOfError(error: unknown): number {
  const byCause = error instanceof Error && error.cause !== undefined ? exitCodeOfError(error.cause) : exitCodes.errored;
  return byCause === exitCodes.errored ? (exitCodeOfName(error) ?? byCause) : byCause;
}

function exitCodeOfName(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'UsageError' || error.name === 'KustomizeError') return exitCodes.usage;
  if (error.name === 'PlatformUnavailable') return exitCodes.platformUnavailable;
  if (error.name === 'Interrupted') return exitCodes.interrupted;
  // oclif's own errors, of the parser above all, and its way to leave.
  const exit = (error as { oclif?: { exit?: unknown } }).oclif?.exit;
  return typeof exit === 'number' ? exit : undefined;
}
