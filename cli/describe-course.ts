import type { Scenario } from '../experiments/engine/experiment.ts';
import { formatDuration, formatNumber } from '../reports/check-words.ts';

type Course = Pick<Scenario, 'executor' | 'rate' | 'ramp' | 'vuRamp' | 'maxVUs' | 'iterationsPerVU' | 'pauseMs'>;
const count = (value: number): string => value.toLocaleString('en-US');

/** How a load goes, in a few words: `constant-arrival-rate, 100 requests/s, at most 1,000 VUs`. */
export function describeCourse({ executor, rate, ramp, vuRamp, maxVUs, iterationsPerVU, pauseMs = 0 }: Course): string {
  if (executor === 'k6') return 'k6, by the scenarios of its script';
  const steps = (stages: { target: number; durationMs: number }[]) =>
    stages.map(({ target, durationMs }) => `${formatDuration(durationMs)} to ${count(target)}`).join(', ');
  const most = `at most ${count(maxVUs)} VUs`;
  if (vuRamp) return `${executor}, from ${count(vuRamp.startVUs)} VUs in ${steps(vuRamp.stages)}`;
  if (ramp) {
    const unit = ramp.timeUnitMs === undefined || ramp.timeUnitMs === 1000 ? 's' : formatDuration(ramp.timeUnitMs);
    return `${executor}, from ${count(ramp.startRate)} requests/${unit} in ${steps(ramp.stages)}, ${most}`;
  }
  if (rate !== null) return `${executor}, ${formatNumber(rate)} requests/s, ${most}`;
  const each = iterationsPerVU === undefined ? '' : `, ${count(iterationsPerVU)} requests each`;
  const pause = pauseMs > 0 ? `, pauses of up to ${formatDuration(pauseMs)}` : '';
  return `${executor}, ${count(maxVUs)} ${maxVUs === 1 ? 'VU' : 'VUs'}${each}${pause}`;
}
