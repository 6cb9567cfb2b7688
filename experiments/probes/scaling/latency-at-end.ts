import type { CheckDraft, Criterion, Evidence, Sample } from '../../engine/experiment.ts';
import { percentile, percentileInterval } from '../../engine/statistics/percentile.ts';
import { countDue } from '../requests-during.ts';
import { implyDecision, implyReady, implyRecovery } from './implied-scaling.ts';
import { asMet } from './read-autoscaling.ts';
import { backlogAt } from './scales.ts';
import { type ScalingStory, tellScaling } from './scaling-story.ts';

export interface LatencyAtEndOptions {
  service: string;
  limitMs: number;
  /** Pods under load. */
  most: number;
  /** The last part of the high load that is looked at. */
  lastMs: number;
  expectedInControl: 'true' | 'false';
}

/** Of its limit a Pod that holds requests up uses at least so much. */
const busy = 0.85;

/** Whether p95 is within a limit at the end of the high load, by its 95 % interval: what was late in between may have recovered by then. */
export const latencyAtEnd = ({ service, limitMs, most, lastMs, expectedInControl }: LatencyAtEndOptions): Criterion => ({
  id: 'latency',
  async evaluate(lab, given) {
    const evidence = asMet(lab, given);
    const story = tellScaling(evidence, service, { least: 1, most });
    if (!story) return [];
    const [fromMs, untilMs] = [Math.max(story.stayMs, story.fallMs - lastMs), story.fallMs];
    const { samples, due } = countDue(evidence.samples, fromMs, untilMs);
    const draft = { ...latencyDraft(samples, { limitMs, lastMs, expectedInControl }), due };
    if (draft.result !== 'false') return [draft];
    const dueMs = impliedRecoveryMs(evidence, story, most);
    // An autoscaler that may still have been deciding, or Pods that were still working off what waited, have failed at nothing.
    if (evidence.baseline.autoscaler && dueMs !== null && fromMs < dueMs) {
      const [given, implied] = [fromMs, dueMs].map((ms) => Math.round((ms - story.riseMs) / 100) / 10);
      const message = `${draft.message}; but that is looked at from ${given} s after the rise, and by the cluster’s periods it may take ${implied} s until latency is back: --duration makes all phases longer`;
      return [{ ...draft, result: 'unknown', message }];
    }
    // What its limit holds back without an autoscaler would be as late on any machine.
    if (isAnyBusy(evidence, fromMs, untilMs)) return [{ ...draft, dependsOnSpeed: evidence.baseline.autoscaler === 1 }];
    const message = `${draft.message}; but no Pod of ${service} was near its CPU limit, so it was not for want of Pods`;
    return [{ ...draft, result: 'unknown', message }];
  },
});

/** When latency is back at the latest, by what the periods and the manifest imply, or by when the new Pods were Ready where they were. null: no time is implied. */
function impliedRecoveryMs(evidence: Evidence, story: ScalingStory, most: number): number | null {
  const { syncMs = 0, metricsMs = 0, startMs = 0, startupPeriodMs = 0, readinessPeriodMs = 0 } = evidence.baseline;
  if (story.readyMs !== null) {
    const recovery = implyRecovery(backlogAt(evidence, story, most));
    return recovery ? story.readyMs + recovery.impliedMs.high : null;
  }
  const decision = implyDecision({ syncMs, metricsMs }, story.risingMs);
  return story.riseMs + decision.impliedMs.high + implyReady({ startMs, startupPeriodMs, readinessPeriodMs }).impliedMs.high;
}

/** By the figures that are of that time: one is told a window later. Where nothing was told, it is not said that none was. */
function isAnyBusy({ series, baseline }: Evidence, fromMs: number, untilMs: number): boolean {
  const { limitCores, metricsMs = 0 } = baseline;
  const points = series.find(({ id }) => id === 'cpu-busiest')?.points ?? [];
  const during = points.flatMap(([atMs, value]) => (value !== null && atMs >= fromMs && atMs <= untilMs + metricsMs ? [value] : []));
  return during.length === 0 || (limitCores !== undefined && Math.max(...during) >= busy * limitCores * 1000);
}

/** The check itself, from the samples of the time in question. */
export function latencyDraft(
  during: readonly Sample[],
  { limitMs, lastMs, expectedInControl }: Pick<LatencyAtEndOptions, 'limitMs' | 'lastMs' | 'expectedInControl'>,
): CheckDraft {
  const latencies = during.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
  const p95 = percentile(latencies, 95);
  const { low, high } = percentileInterval(latencies, 95);
  const result = high !== null && high <= limitMs ? 'true' : low !== null && low > limitMs ? 'false' : 'unknown';
  const late = latencies.filter((one) => one > limitMs).length;
  const ms = (value: number | null): string => (value === null ? 'unbounded' : `${Math.round(value)} ms`);
  const seen = p95 === null ? 'no request was due' : `p95 ${ms(p95)}, ${late} of ${latencies.length} requests later than ${limitMs} ms`;
  return {
    id: 'latency',
    title: `at the end of the high load 95 % of requests are answered within ${limitMs / 1000} s`,
    observed: { value: p95 === null ? null : Math.round(p95), unit: 'ms', text: seen },
    threshold: { op: '<=', value: limitMs, unit: 'ms', text: `p95 at most ${limitMs} ms` },
    ...(low !== null && high !== null && { interval: { low, high, confidence: 0.95, method: 'order statistics' } }),
    result,
    expectedInControl,
    dependsOnSpeed: true,
    message: `in the last ${lastMs / 1000} s of the high load ${seen}${low === null ? '' : ` (95 % interval of p95: ${ms(low)} to ${ms(high)})`}`,
  };
}
