import type { CheckDraft } from '../experiment.ts';
import type { MachinePressure } from './machine-pressure.ts';

/**
 * What a starved machine takes from a check: where it asks how fast the system is and the answer was "not fast enough", the machine may be
 * the cause, so the answer is not known. What holds in spite of it holds, and what does not depend on speed stays as it was seen.
 */
export function excuseStarved(draft: CheckDraft, { cpu, io, shortOf }: MachinePressure): CheckDraft {
  if (!draft.dependsOnSpeed || draft.result !== 'false' || shortOf === null) return draft;
  const percent = Math.floor(((shortOf === 'CPU' ? cpu : io) ?? 0) * 100);
  const message = `${draft.message}; but this machine was short of ${shortOf} (something waited for it ${percent} % of the time), so the system may not be the cause`;
  return { ...draft, result: 'unknown', message };
}
