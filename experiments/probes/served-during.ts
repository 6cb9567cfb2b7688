import type { Criterion } from '../engine/experiment.ts';
import { samplesWithin } from '../engine/load-series.ts';
import { rateDraft } from '../engine/verdict/rate-draft.ts';
import { explainedBySlowness } from './explained-by-slowness.ts';
import { failuresByKind } from './failures-by-kind.ts';

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
  async evaluate(_lab, { faults, samples, startedAt, load }) {
    const made = faults.filter((fault) => ids.includes(fault.id));
    if (made.length === 0) return [];
    const since = (at: string): number => Date.parse(at) - Date.parse(startedAt);
    const from = Math.min(...made.map(({ injectedAt }) => since(injectedAt)));
    const until = Math.max(...made.map(({ undoneAt }) => since(undoneAt ?? load.endedAt)));
    const during = samplesWithin(samples, from, until);
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
    return [{ ...draft, dependsOnSpeed }];
  },
});
