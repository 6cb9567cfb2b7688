import type { OnFailure } from './on-failure.ts';

/** The phases of a build that this runs, in order; the first four are the buildspec's. */
export const phaseNames = ['INSTALL', 'PRE_BUILD', 'BUILD', 'POST_BUILD', 'UPLOAD_ARTIFACTS', 'FINALIZING'] as const;
export type PhaseName = (typeof phaseNames)[number];

export interface PhaseEnd {
  phase: PhaseName;
  succeeded: boolean;
  /** Of the phase, as the buildspec has it. */
  onFailure?: OnFailure;
  /** What went wrong, which a RETRY's pattern is asked of. */
  failure: string;
  /** How many times the build was begun anew before. */
  retried: number;
}

export interface NextPhase {
  /** `RETRY`: the build begins anew; `COMPLETED`: nothing follows. */
  value: PhaseName | 'RETRY' | 'COMPLETED';
  reason:
    | 'PhaseSucceeded'
    | 'PhaseFailed'
    | 'OnFailureAbort'
    | 'OnFailureContinue'
    | 'OnFailureRetry'
    | 'RetriesExhausted'
    | 'RetryPatternUnmatched';
  message: string;
}

/**
 * What follows a phase. By AWS (build phase transitions): a failed INSTALL or PRE_BUILD ends the build; POST_BUILD follows BUILD whatever came
 * of it; UPLOAD_ARTIFACTS is attempted even if BUILD fails. `on-failure` takes the place of that for the phase that has it.
 */
export function decideNextPhase({ phase, succeeded, onFailure, failure, retried }: PhaseEnd): NextPhase {
  const inOrder = phaseNames[phaseNames.indexOf(phase) + 1] ?? 'COMPLETED';
  const ran = phaseNames.indexOf(phase) >= phaseNames.indexOf('BUILD');
  const abort = ran && phase !== 'UPLOAD_ARTIFACTS' ? 'UPLOAD_ARTIFACTS' : 'FINALIZING';
  if (succeeded || phase === 'FINALIZING') return { value: inOrder, reason: 'PhaseSucceeded', message: `${phase} succeeded` };
  if (onFailure?.action === 'CONTINUE')
    return {
      value: inOrder,
      reason: 'OnFailureContinue',
      message: `${phase} failed, and its on-failure says CONTINUE: the build goes on, and has failed`,
    };
  if (onFailure?.action === 'ABORT')
    return { value: abort, reason: 'OnFailureAbort', message: `${phase} failed, and its on-failure says ABORT` };
  if (onFailure?.action === 'RETRY') {
    const { retries, pattern } = onFailure;
    if (!pattern.test(failure))
      return {
        value: abort,
        reason: 'RetryPatternUnmatched',
        message: `${phase} failed, and /${pattern.source}/ does not match: no retry`,
      };
    if (retried >= retries)
      return {
        value: abort,
        reason: 'RetriesExhausted',
        message: `${phase} failed, and the build was retried ${retried} of ${retries} times`,
      };
    return { value: 'RETRY', reason: 'OnFailureRetry', message: `${phase} failed: retry ${retried + 1} of ${retries} of the whole build` };
  }
  if (phase === 'BUILD') return { value: 'POST_BUILD', reason: 'PhaseFailed', message: 'BUILD failed; POST_BUILD runs all the same' };
  return { value: abort, reason: 'PhaseFailed', message: `${phase} failed${ran ? '' : ': the phases after it do not run'}` };
}
