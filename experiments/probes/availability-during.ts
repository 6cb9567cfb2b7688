import type { Criterion } from '../engine/experiment.ts';
import { percentile } from '../engine/statistics/percentile.ts';
import { rateDraft } from '../engine/verdict/rate-draft.ts';
import { explainedBySlowness } from './explained-by-slowness.ts';
import { failuresByKind } from './failures-by-kind.ts';
import { requestsDuring } from './requests-during.ts';

export interface AvailabilityOptions {
  /** Of the check; `availability` if absent. */
  id?: string;
  /** Id of the fault whose time it is about: from when it bit until it was undone. */
  fault: string;
  /** For what heals by itself: the time from its injection until the end of the step of this id. */
  until?: string;
  title: string;
  /** What is counted: `orders accepted while delivery was down`. */
  what: string;
  /** 0..1 */
  threshold: number;
  expectedInControl: 'true' | 'false';
}

/** Whether enough of the requests that were due during a fault succeeded, with 95 % confidence. */
export const availabilityDuring = ({
  id = 'availability',
  fault,
  until,
  title,
  what,
  threshold,
  expectedInControl,
}: AvailabilityOptions): Criterion => ({
  id,
  async evaluate(_lab, evidence) {
    const counted = requestsDuring(evidence, { fault, until });
    if (!counted) return [];
    const { samples: during, due } = counted;
    const { measure } = evidence;
    const failed = during.filter(({ error }) => error !== '');
    const latency = percentile(
      during.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b),
      95,
    );
    measure(
      `${id === 'availability' ? '' : `${id}-`}latency-p95-during`,
      `latency, p95, ${what}`,
      latency === null ? null : Math.round(latency),
      'ms',
    );
    const succeeding = (successes: number) =>
      rateDraft({ id, title, what, successes, trials: during.length, threshold, expectedInControl, findings: failuresByKind(failed) });
    const inTime = during.length - failed.length;
    const onAnyMachine = inTime + explainedBySlowness(failed).length;
    return [{ ...succeeding(inTime), ...(due && { due }), dependsOnSpeed: succeeding(onAnyMachine).result !== 'false' }];
  },
});
