import type { Criterion } from '../../engine/experiment.ts';
import { rateDraft } from '../../engine/verdict/rate-draft.ts';
import { BreakerLog } from './breaker-log.ts';
import { callsEnded } from './breaker-story.ts';

/**
 * Whether calls to delivery end as fast as they begin while a fault lasts: where they do not, requests in flight grow without bound. Looked at
 * in the second half of the fault, by order's own count.
 */
export const callsKeepUp = ({ fault, threshold }: { fault: string; threshold: number }): Criterion => ({
  id: 'calls-keep-up',
  async evaluate(lab, { faults, startedAt, measure }) {
    const record = faults.find(({ id }) => id === fault);
    if (!record?.bitAt || !record.undoneAt) return [];
    const [bitMs, goneMs] = [record.bitAt, record.undoneAt].map((at) => Date.parse(at) - Date.parse(startedAt)) as [number, number];
    const { readings } = BreakerLog.of(lab);
    const counts = callsEnded(readings, bitMs, goneMs);
    const during = readings.filter(({ atMs }) => atMs >= bitMs && atMs <= goneMs).map(({ inFlight }) => inFlight);
    measure('calls-in-flight-peak', 'calls to delivery in flight, at their peak', during.length > 0 ? Math.max(...during) : null, 'calls');
    const draft = rateDraft({
      id: 'calls-keep-up',
      title: 'requests in flight do not grow while delivery is slow',
      what: 'calls begun in the second half of the fault ended within it',
      successes: counts?.ended ?? 0,
      trials: counts?.begun ?? 0,
      threshold,
      expectedInControl: 'false',
    });
    return [{ ...draft, dependsOnSpeed: true }];
  },
});
