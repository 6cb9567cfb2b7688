import type { Criterion, Evidence } from '../../engine/experiment.ts';
import type { ImpliedWindow } from '../../engine/journal.ts';
import { lagDuring } from '../lag-during.ts';
import { platformTerms } from '../platform-terms.ts';
import { implyDetection, implyRestart, type Symptom, sumUp } from './implied-windows.ts';
import { readLivenessSettings } from './liveness-settings.ts';
import { tellStory, type VictimStory } from './victim-story.ts';
import { windowDraft, withTolerance } from './window-draft.ts';

/** What the API and this machine may add to a time. */
const toleranceMs = 250;

export interface HealsOptions {
  /** Id of the fault that chose a Pod. */
  fault: string;
  symptom: Symptom;
  /** The container that the probe is of. */
  container: string;
  /** A Pod that was not restarted after so long will not be: the fault has to last so long before that is said. */
  neverAfterMs: number;
}

/**
 * Whether the kubelet restarted what a fault broke (in the control: not), and, where there is a liveness probe, whether it did so within the
 * window that period, threshold, timeout and grace imply.
 */
export const heals = ({ fault, symptom, container, neverAfterMs }: HealsOptions): Criterion => ({
  id: 'restarted',
  async evaluate(_lab, evidence) {
    const story = tellStory(evidence, fault);
    if (!story) return [];
    const { pod, bitMs, before, detectedMs, restartedMs, readyMs, endMs } = story;
    const after = (ms: number | null): number | null => (ms === null ? null : ms - bitMs);
    evidence.measure('ready-again', 'from the fault until the Pod was Ready again', tenths(after(readyMs)), 's');
    const lastedMs = endMs - bitMs;
    const restarted = {
      id: 'restarted',
      title: 'the kubelet restarts the container that is broken',
      observed: {
        value: restartedMs !== null,
        text: restartedMs === null ? `not restarted in ${tenths(lastedMs)} s` : `restarted after ${tenths(after(restartedMs))} s`,
      },
      threshold: { op: '==', value: true, text: 'restarted' } as const,
      result: restartedMs !== null ? 'true' : lastedMs >= neverAfterMs ? 'false' : 'unknown',
      expectedInControl: 'false',
      message:
        restartedMs === null
          ? `Pod ${pod} was still ${symptom === 'hang' ? 'hung' : 'failing'} at the end, ${tenths(lastedMs)} s after the fault`
          : `Pod ${pod} was restarted ${tenths(after(restartedMs))} s after the fault`,
    } as const;
    const settings = readLivenessSettings(before, container);
    if (!settings) return [restarted];
    const detection = implyDetection(settings, symptom, bitMs - startedMs(story, container, evidence));
    const restart = sumUp([
      ...detection.terms,
      ...implyRestart(settings, symptom).terms,
      ...platformTerms(evidence.sightings, bitMs, restartedMs ?? endMs),
    ]);
    const tolerated = withTolerance(toleranceMs, evidence);
    const windows: [ImpliedWindow, string][] = [
      [
        { id: 'detection', title: 'from the fault to the kubelet’s decision', ...detection, observedMs: after(detectedMs), ...tolerated },
        'detected',
      ],
      [
        { id: 'restart', title: 'from the fault until the container runs again', ...restart, observedMs: after(restartedMs), ...tolerated },
        'restarted',
      ],
    ];
    const lagMs = lagDuring(evidence, bitMs, restartedMs ?? endMs);
    return [
      restarted,
      ...windows.map(([window, what]) => {
        evidence.window(window);
        return windowDraft({ window, what, lagMs, expectedInControl: 'true' });
      }),
    ];
  },
});

/** When the container began to run, since the variant's startedAt; the kubelet too knows it to the second. */
function startedMs({ before }: VictimStory, container: string, { startedAt }: Evidence): number {
  const at = before.status?.containerStatuses?.find(({ name }) => name === container)?.state?.running?.startedAt;
  return at === undefined ? Number.NEGATIVE_INFINITY : Date.parse(at) - Date.parse(startedAt);
}

const tenths = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / 100) / 10);
