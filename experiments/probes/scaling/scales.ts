import type { CheckDraft, Criterion, Evidence } from '../../engine/experiment.ts';
import type { ImpliedWindow } from '../../engine/journal.ts';
import { lagDuring } from '../lag-during.ts';
import { platformTerms } from '../platform-terms.ts';
import { sumUp } from '../self-healing/implied-windows.ts';
import { windowDraft, withTolerance } from '../self-healing/window-draft.ts';
import { implyDecision, implyReady, implyRecovery, implyScaleDown } from './implied-scaling.ts';
import { asMet } from './read-autoscaling.ts';
import { computeRecoveryMs } from './recovery.ts';
import { computeReplicaCourse } from './replica-course.ts';
import { type ScalingStory, tellScaling } from './scaling-story.ts';

/** What the API, its watch and a gauge may add to a time. */
const toleranceMs = 500;

export interface ScalesOptions {
  deployment: string;
  least: number;
  most: number;
  /** p95 within it counts as recovered. */
  limitMs: number;
}

/**
 * Whether a Deployment rises with the load, stays, and falls with it, never the other way (in the control: not), and, where there is an
 * autoscaler, whether each step of that came within what the cluster's periods and the manifest imply.
 */
export const scales = ({ deployment, least, most, limitMs }: ScalesOptions): Criterion => ({
  id: 'scaled',
  async evaluate(lab, given) {
    const evidence = asMet(lab, given);
    const story = tellScaling(evidence, deployment, { least, most });
    if (!story) return [];
    const course = courseDraft(evidence, story, { deployment, least, most });
    if (!evidence.baseline.autoscaler) return [course];
    const { fallMs, firstDownMs } = story;
    evidence.measure('metrics-window', 'longest window of metrics.k8s.io', (evidence.baseline.metricsMs ?? 0) / 1000, 's');
    evidence.measure(
      'first-scale-down',
      'from the fall of the load to the first decision downwards',
      firstDownMs === null ? null : Math.round((firstDownMs - fallMs) / 100) / 10,
      's',
    );
    return [course, ...windowsOf(evidence, story, { most, limitMs }).map((window) => judgeWindow(window, evidence, story))];
  },
});

function courseDraft(
  { series, baseline }: Evidence,
  { riseMs, risingMs, fallMs, fullDecisionMs }: ScalingStory,
  { deployment, least, most }: Omit<ScalesOptions, 'limitMs'>,
): CheckDraft {
  const { syncMs = 0, metricsMs = 0 } = baseline;
  // The load fell before the autoscaler had to have decided.
  const isCut =
    baseline.autoscaler === 1 && fullDecisionMs === null && riseMs + implyDecision({ syncMs, metricsMs }, risingMs).impliedMs.high > fallMs;
  const { sizes, neverFell, neverRose } = computeReplicaCourse(series.find(({ id }) => id === 'replicas-wanted')?.points ?? [], fallMs);
  const text = sizes.join(' → ');
  const isWhole = sizes[0] === least && Math.max(...sizes, 0) === most && sizes.at(-1) === least;
  const flapping = [...(neverFell ? [] : ['it fell while the load was high']), ...(neverRose ? [] : ['it rose after the load had fallen'])];
  return {
    id: 'scaled',
    title: `${deployment} has ${least} Pod, ${most} under load, and ${least} after it, without flapping`,
    observed: { value: text, text: text || 'not known' },
    threshold: {
      op: '==',
      value: `${least} → ${most} → ${least}`,
      text: `${least} → ${most} → ${least}, up while the load is high, down after it`,
    },
    result: sizes.length === 0 || isCut ? 'unknown' : isWhole && flapping.length === 0 ? 'true' : 'false',
    expectedInControl: 'false',
    // Where nothing scales, no machine is fast enough.
    dependsOnSpeed: baseline.autoscaler === 1 && flapping.length === 0,
    message: `Pods wanted: ${text || 'not known'}${flapping.length > 0 ? `: ${flapping.join(', and ')}` : ''}${isCut ? '; the load fell before the cluster’s periods were over: --duration makes all phases longer' : ''}`,
  };
}

type Seen = ImpliedWindow & { what: string; fromMs: number | null };

function windowsOf(evidence: Evidence, story: ScalingStory, { most, limitMs }: Pick<ScalesOptions, 'most' | 'limitMs'>): Seen[] {
  const { syncMs = 0, metricsMs = 0, stabilizationMs = 0, startMs = 0, startupPeriodMs = 0, readinessPeriodMs = 0 } = evidence.baseline;
  const { riseMs, fallMs, firstDecisionMs, fullDecisionMs, readyMs, lastDownMs, risingMs, fallingMs, stepsDown } = story;
  const recoveredMs = readyMs === null ? null : computeRecoveryMs(evidence.samples, readyMs, fallMs, limitMs);
  const recovery = implyRecovery(backlogAt(evidence, story, most));
  const between = (from: number | null, to: number | null): number | null => (from === null || to === null ? null : to - from);
  const seen = (id: string, title: string, what: string, fromMs: number | null, toMs: number | null) => ({
    ...{ id, title, what, fromMs, observedMs: between(fromMs, toMs), ...withTolerance(toleranceMs, evidence) },
  });
  return [
    {
      ...seen('decision', 'from the rise of the load to the first decision', 'decided', riseMs, firstDecisionMs),
      ...implyDecision({ syncMs, metricsMs }, risingMs),
    },
    {
      ...seen('ready', `from the decision for ${most} Pods until they are Ready`, 'Ready', fullDecisionMs, readyMs),
      ...sumUp([
        ...implyReady({ startMs, startupPeriodMs, readinessPeriodMs }).terms,
        ...platformTerms(evidence.sightings, fullDecisionMs ?? fallMs, readyMs ?? fallMs),
      ]),
    },
    // Where no time is implied, none is held against it: that latency is back in the end, is a criterion of its own.
    ...(recovery
      ? [{ ...seen('recovery', 'from the new Pods to a p95 that has recovered', 'recovered', readyMs, recoveredMs), ...recovery }]
      : []),
    {
      ...seen('scale-down', 'from the fall of the load to the last decision downwards', 'scaled down', fallMs, lastDownMs),
      ...implyScaleDown({ syncMs, metricsMs, stabilizationMs }, fallingMs, stepsDown),
    },
  ];
}

/** What waits when the new Pods are Ready; what timed out for the client is still worked on. */
export function backlogAt({ samples, load }: Evidence, { stayMs, readyMs }: ScalingStory, most: number) {
  const atMs = readyMs ?? stayMs;
  const answered = samples.filter(({ error, dueMs, latencyMs }) => error === '' && dueMs + latencyMs <= atMs);
  const waiting = samples.filter(({ dueMs }) => dueMs <= atMs).length - answered.length;
  const busyMs = Math.max(1000, atMs - stayMs);
  const answeredPerSecond = answered.filter(({ dueMs, latencyMs }) => dueMs + latencyMs > atMs - busyMs).length / (busyMs / 1000);
  return { waiting, answeredPerSecond, rate: Number(load.settings.rate ?? 0), share: 1 / most };
}

function judgeWindow({ what, fromMs, ...window }: Seen, evidence: Evidence, { fallMs, riseMs }: ScalingStory): CheckDraft {
  evidence.window(window);
  const untilMs = fromMs === null ? fallMs : fromMs + (window.observedMs ?? window.impliedMs.high);
  const draft = windowDraft({ window, what, lagMs: lagDuring(evidence, fromMs ?? riseMs, untilMs), expectedInControl: 'true' });
  // Whether it would have come, was not waited for.
  const isCut = window.observedMs === null && window.id !== 'scale-down' && (fromMs ?? riseMs) + window.impliedMs.high > fallMs;
  if (!isCut && window.id === 'ready' && window.observedMs === null)
    return { ...draft, message: `${draft.message}${whyNotScheduled(evidence)}` };
  if (!isCut) return draft;
  const message = `${draft.message}; the load fell before that time was over: --duration makes all phases longer`;
  return { ...draft, result: 'unknown', message };
}

/** What the scheduler said last of a Pod that it has no node for; '' where it said nothing. */
function whyNotScheduled({ sightings }: Evidence): string {
  const said = sightings.flatMap((one) => (one.kind === 'Event' && one.event.reason === 'FailedScheduling' ? [one.event] : [])).at(-1);
  return !said ? '' : `; Pod ${said.involvedObject.name} is not scheduled: ${said.message}`;
}
