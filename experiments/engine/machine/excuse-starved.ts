import type { CheckDraft } from '../experiment.ts';
import type { CpuPressure } from './cpu-pressure.ts';

/**
 * What a starved machine takes from a check: where it asks how fast the system is and the answer was "not fast enough", the machine may be
 * the cause, so the answer is not known. What holds in spite of it holds, and what does not depend on speed stays as it was seen.
 */
export function excuseStarved(draft: CheckDraft, { share, starved }: CpuPressure): CheckDraft {
  if (!draft.dependsOnSpeed || draft.result !== 'false' || !starved || share === null) return draft;
  const percent = Math.floor(share * 100);
  const message = `${draft.message}; but this machine was short of CPU (something waited for it ${percent} % of the time), so the system may not be the cause`;
  return { ...draft, result: 'unknown', message };
}
