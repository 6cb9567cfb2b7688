import type { Criterion, Evidence } from '../engine/experiment.ts';

export interface ConvergenceOptions {
  /** The fault whose undo it counts from. */
  fault: string;
  /** The `await` step that saw the end of the backlog. */
  until: string;
  withinMs: number;
}

/** How long it took from the fault's undo until no order waited any more, in ms; null: it did not come to that. */
export function convergenceMs({ faults, steps, startedAt }: Evidence, { fault, until }: ConvergenceOptions): number | null {
  const undoneAt = faults.find(({ id }) => id === fault)?.undoneAt;
  const seen = steps.find(({ id }) => id === until);
  return undoneAt && seen?.done ? seen.endedMs - (Date.parse(undoneAt) - Date.parse(startedAt)) : null;
}

/** Whether the backlog is gone in time after the fault is undone. */
export const converges = (options: ConvergenceOptions): Criterion => ({
  id: 'convergence',
  async evaluate(_lab, evidence) {
    const tookMs = convergenceMs(evidence, options);
    const seconds = tookMs === null ? null : Math.round(tookMs / 100) / 10;
    const bound = options.withinMs / 1000;
    evidence.measure('convergence', 'convergence after delivery was back', seconds, 's');
    return [
      {
        id: 'convergence',
        title: `no order waits any more ${bound} s after the end of the outage`,
        observed: { value: seconds, unit: 's', text: seconds === null ? 'orders waited to the end' : `${seconds} s` },
        threshold: { op: '<=', value: bound, unit: 's', text: `at most ${bound} s` },
        result: tookMs !== null && tookMs <= options.withinMs ? 'true' : 'false',
        expectedInControl: 'true',
        dependsOnSpeed: true,
        message:
          seconds === null
            ? 'orders still waited for their delivery when the method ended'
            : `${seconds} s after the end of the outage no order waited for its delivery any more`,
      },
    ];
  },
});
