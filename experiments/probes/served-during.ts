import type { Criterion } from '../engine/experiment.ts';
import { rateDraft } from '../engine/verdict/rate-draft.ts';
import { explainedBySlowness } from './explained-by-slowness.ts';
import { failuresByKind } from './failures-by-kind.ts';
import { requestsWhile } from './requests-during.ts';

export interface ServedOptions {
  id: string;
  title: string;
  what: string;
  /** Ids of faults; their time is from the first one's injection until the last one was undone. */
  faults: string[];
  /** 0..1 */
  threshold: number;
  expectedInControl: 'true' | 'false';
}

/** Whether enough of the requests succeeded that were due from the injection of the first of these faults until the last was undone. */
export const servedDuring = ({ id, title, what, faults: ids, threshold, expectedInControl }: ServedOptions): Criterion => ({
  id,
  async evaluate(_lab, evidence) {
    const counted = requestsWhile(evidence, ids);
    if (!counted) return [];
    const { samples: during, due } = counted;
    const failed = during.filter(({ error }) => error !== '');
    const dependsOnSpeed = explainedBySlowness(failed).length === failed.length;
    const draft = rateDraft({
      id,
      title,
      what,
      successes: during.length - failed.length,
      trials: during.length,
      threshold,
      expectedInControl,
      findings: failuresByKind(failed),
    });
    return [{ ...draft, ...(due && { due }), dependsOnSpeed }];
  },
});
