import type { CheckDraft, Criterion, Evidence } from '../../engine/experiment.ts';
import { rateDraft } from '../../engine/verdict/rate-draft.ts';
import { type Implied, sumUp } from '../self-healing/implied-windows.ts';
import { windowDraft, withTolerance } from '../self-healing/window-draft.ts';
import { BreakerLog, lookEveryMs } from './breaker-log.ts';
import { readBreakerSettings } from './breaker-settings.ts';
import { type BreakerStory, tellBreakerStory, tellUnrest } from './breaker-story.ts';
import { type Calls, implyClosing, implyOpening } from './implied-windows.ts';

/** What the API, this machine and looking only now and then may add to a time. */
const toleranceMs = 250;

export interface BreakerCyclesOptions {
  /** Id of the fault that it has to answer. */
  fault: string;
  calls: Omit<Calls, 'rate'>;
  /** 0..1: at least so many of the calls of that time have to be short-circuited. */
  shortCircuitedAtLeast: number;
}

/**
 * Whether the breaker went closed, open, half-open, closed (in the control: not), spared delivery most calls and let one through at a time;
 * and, where there is a breaker, whether it opened and closed within the times that its settings imply.
 */
export const breakerCycles = ({ fault, calls, shortCircuitedAtLeast }: BreakerCyclesOptions): Criterion => ({
  id: 'breaker-cycles',
  async evaluate(lab, evidence) {
    const record = evidence.faults.find(({ id }) => id === fault);
    if (!record?.bitAt || !record.undoneAt) return [];
    const sinceStart = (at: string): number => Date.parse(at) - Date.parse(evidence.startedAt);
    const [injectedMs, bitMs, goneMs] = [record.injectedAt, record.bitAt, record.undoneAt].map(sinceStart) as [number, number, number];
    const { readings } = BreakerLog.of(lab);
    const settings = await readBreakerSettings(lab);
    const story = tellBreakerStory(readings, { bitMs, goneMs, settledMs: settings.timeoutMs + 2 * lookEveryMs });
    if (!story) return [unseen];
    const rate = Number(evidence.load.settings.rate);
    const after = (ms: number | null, since: number): number | null => (ms === null ? null : Math.max(0, ms - since));
    const openMs = after(story.openedMs, bitMs);
    const closeMs = after(story.closedMs, goneMs);
    tellNumbers(evidence, story);
    const calm = calmDraft(tellUnrest(readings, injectedMs, settings.failures));
    const cycles = cyclesDraft(story, { isOn: settings.isOn, openMs, closeMs });
    const spared = sparedDraft(story, shortCircuitedAtLeast);
    if (!settings.isOn) return [calm, cycles, spared];
    const { timeoutMs } = settings;
    const heldUp = (fromMs: number, untilMs: number | null): number =>
      longestHoldUp(evidence, { fromMs, untilMs: untilMs ?? Number.POSITIVE_INFINITY, timeoutMs });
    const opening = {
      ...{ id: 'opening', title: 'from the bite until the breaker is open' },
      ...withDelays(implyOpening(settings, { ...calls, rate }), {
        ...{ soonerMs: bitMs - injectedMs, heldUpMs: heldUp(bitMs, story.openedMs), unseenMs: story.unseenMs },
      }),
    };
    const closing = {
      ...{ id: 'closing', title: 'from the end of the fault until the breaker is closed' },
      ...withDelays(implyClosing(settings, { rate }), { soonerMs: 0, heldUpMs: heldUp(goneMs, story.closedMs), unseenMs: 0 }),
    };
    const tolerated = withTolerance(toleranceMs, evidence);
    const windows = [
      { window: { ...opening, observedMs: openMs, ...tolerated }, what: 'opened' },
      { window: { ...closing, observedMs: closeMs, ...tolerated }, what: 'closed' },
    ];
    for (const { window } of windows) evidence.window(window);
    return [
      calm,
      cycles,
      spared,
      ...windows.map((one) => windowDraft({ ...one, lagMs: 0, expectedInControl: 'true' })),
      ...(calls.failingShare === 1 ? [probesDraft(story)] : []),
    ];
  },
});

const unseen: CheckDraft = {
  id: 'breaker-cycles',
  title: 'the breaker opens, tries and closes',
  observed: { value: null, text: 'order’s metrics did not answer' },
  threshold: { op: '==', value: true, text: 'closed, open, half-open, closed' },
  result: 'unknown',
  expectedInControl: 'false',
  message: 'order’s metrics did not answer before, during and after the fault',
};

/** Evidence: what was wrong before is not the fault's doing. */
function calmDraft(unrest: string | undefined): CheckDraft {
  const seen = unrest ?? 'closed or off, no call failed, none waited';
  return {
    id: 'calm-before',
    kind: 'steady-state',
    title: 'the breaker is closed and calls work when the fault is injected',
    observed: { value: unrest === undefined, text: seen },
    threshold: { op: '==', value: true, text: 'closed or off, and no call failed in the second before' },
    result: unrest === undefined ? 'true' : 'false',
    expectedInControl: 'true',
    message: unrest === undefined ? seen : `${unrest} when the fault was injected`,
  };
}

const seconds = (ms: number | null): string => `${Math.round((ms ?? 0) / 100) / 10} s`;

function cyclesDraft(
  { halfOpened }: BreakerStory,
  { isOn, openMs, closeMs }: { isOn: boolean; openMs: number | null; closeMs: number | null },
): CheckDraft {
  const holds = isOn && openMs !== null && halfOpened > 0 && closeMs !== null;
  const seen = !isOn
    ? 'order has no breaker'
    : openMs === null
      ? 'the breaker never opened'
      : `opened ${seconds(openMs)} after the fault bit, ${halfOpened} times half-open, ${closeMs === null ? 'not closed at the end' : `closed ${seconds(closeMs)} after it was gone`}`;
  return {
    id: 'breaker-cycles',
    title: 'the breaker opens, tries and closes',
    observed: { value: holds, text: seen },
    threshold: { op: '==', value: true, text: 'closed, open, half-open, closed' },
    result: holds ? 'true' : 'false',
    expectedInControl: 'false',
    message: seen,
    // The call that tries may be too late where the machine is; to open takes no speed.
    dependsOnSpeed: isOn && openMs !== null,
  };
}

function sparedDraft({ during: { ok, failed, shortCircuited } }: BreakerStory, threshold: number): CheckDraft {
  return rateDraft({
    id: 'short-circuited',
    title: 'the breaker spares delivery most calls',
    what: 'calls short-circuited while delivery was bad',
    successes: shortCircuited,
    trials: ok + failed + shortCircuited,
    threshold,
    expectedInControl: 'false',
  });
}

/** One may be on its way at either end. */
function probesDraft({ probes }: BreakerStory): CheckDraft {
  const { calls, tries } = probes ?? { calls: 0, tries: 0 };
  const seen = `${calls} calls went through in ${tries} half-open phases`;
  return {
    id: 'half-open-probes',
    title: 'each half-open phase lets one call through',
    observed: { value: calls, unit: 'calls', text: probes ? seen : 'not open long enough' },
    threshold: { op: '==', value: tries, unit: 'calls', text: 'one a phase (one may be on its way at either end)' },
    result: tries === 0 ? 'unknown' : Math.abs(calls - tries) <= 1 ? 'true' : 'false',
    expectedInControl: 'true',
    message: tries === 0 ? 'the breaker was not half-open while it could be counted' : seen,
  };
}

function tellNumbers({ measure }: Evidence, { halfOpened, probes, during }: BreakerStory): void {
  const { ok, failed, shortCircuited } = during;
  measure('calls-short-circuited', 'calls short-circuited while delivery was bad', shortCircuited, 'calls');
  measure('calls-failed', 'calls that failed while delivery was bad', failed, 'calls');
  measure('calls-ok', 'calls that worked while delivery was bad', ok, 'calls');
  measure('half-open-phases', 'half-open phases', halfOpened, 'phases');
  measure('half-open-calls', 'calls let through by an open breaker', probes?.calls ?? null, 'calls');
}

/**
 * By how much the latest order of that time was answered later than a call that times out would have it: what held it up (this machine, order's
 * process, its database) held up the calls too, which are what a breaker counts. In milliseconds.
 */
export const longestHoldUp = (
  { samples }: Pick<Evidence, 'samples'>,
  { fromMs, untilMs, timeoutMs }: { fromMs: number; untilMs: number; timeoutMs: number },
): number =>
  samples
    .filter(({ dueMs }) => dueMs >= fromMs && dueMs <= untilMs)
    .reduce((worst, { latencyMs }) => Math.max(worst, latencyMs - timeoutMs), 0);

/** What was measured beside the breaker's own times belongs to what the opening or closing may take. */
const withDelays = (
  { terms }: Implied,
  { soonerMs, heldUpMs, unseenMs }: { soonerMs: number; heldUpMs: number; unseenMs: number },
): Implied =>
  sumUp([
    ...terms,
    ...(soonerMs > 0
      ? [{ title: 'the toxics act before Toxiproxy has answered that they do', lowMs: -Math.round(soonerMs), highMs: 0 }]
      : []),
    { title: 'orders that were held up on their way to the call, the longest', lowMs: 0, highMs: Math.round(heldUpMs) },
    ...(unseenMs > 0 ? [{ title: 'since the look before', lowMs: 0, highMs: Math.round(unseenMs) }] : []),
  ]);
