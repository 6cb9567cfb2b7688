import type { CheckDraft, Evidence } from '../../engine/experiment.ts';
import type { ImpliedWindow } from '../../engine/journal.ts';

export interface WindowQuestion {
  window: ImpliedWindow;
  /** What happened, for sentences: `detected`. */
  what: string;
  /** How late the lab's own work was at worst meanwhile; a later observation may be its doing. */
  lagMs: number;
  expectedInControl: 'true' | 'false';
}

/** The tolerance of a window: `ms` for measuring, and what the platform adds. */
export const withTolerance = (
  ms: number,
  { tolerance }: Pick<Evidence, 'tolerance'>,
): Pick<ImpliedWindow, 'toleranceMs' | 'toleranceReason'> => ({
  toleranceMs: ms + tolerance.ms,
  ...(tolerance.reason !== '' && { toleranceReason: tolerance.reason }),
});

const seconds = (ms: number): string => `${(Math.round(ms / 10) / 100).toString()} s`;

/**
 * A check that a time lies in its implied window, to the window's tolerance. One that is too late by no more than the lab itself lagged is
 * unknown; too early is always false.
 */
export function windowDraft({ window, what, lagMs, expectedInControl }: WindowQuestion): CheckDraft {
  const { id, title, impliedMs, observedMs, toleranceMs, toleranceReason, terms } = window;
  const range = `${seconds(impliedMs.low)} to ${seconds(impliedMs.high)}`;
  const lateMs = observedMs === null ? 0 : observedMs - impliedMs.high - toleranceMs;
  const early = observedMs !== null && observedMs < impliedMs.low - toleranceMs;
  const result = observedMs === null || early ? 'false' : lateMs <= 0 ? 'true' : lateMs <= lagMs ? 'unknown' : 'false';
  const seen = observedMs === null ? `not ${what}` : `${what} after ${seconds(observedMs)}`;
  const made = terms.map(
    (term) => `${term.title}: ${term.lowMs === term.highMs ? seconds(term.lowMs) : `${seconds(term.lowMs)} to ${seconds(term.highMs)}`}`,
  );
  const doubt =
    result === 'unknown' ? `; the lab itself was up to ${Math.round(lagMs)} ms late meanwhile, so the system may not be the cause` : '';
  return {
    id,
    title,
    observed: { value: observedMs === null ? null : Math.round(observedMs) / 1000, unit: 's', text: seen },
    threshold: {
      op: '<=',
      value: impliedMs.high / 1000,
      unit: 's',
      text: `within ${range} (tolerance ${toleranceMs} ms${toleranceReason === undefined ? '' : `: ${toleranceReason}`})`,
    },
    result,
    expectedInControl,
    message: `${seen}; the manifest implies ${range} (${made.join('; ')})${doubt}`,
    dependsOnSpeed: !early,
  };
}
