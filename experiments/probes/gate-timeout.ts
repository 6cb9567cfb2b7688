import type { Criterion } from '../engine/experiment.ts';
import { releaseOf } from '../faults/release.ts';
import { computeStage } from './stopped-at.ts';

/**
 * What a rollout's gate may take beyond its timeout: kubectl's start, its last look, and the shell around it. `shoplab kubectl` is a Node program
 * and took 5.7 s on a machine that was busy; a gate that does not keep to its timeout waits for progressDeadlineSeconds, which are 600.
 */
const slackMs = 10_000;

/** How long a gate of `kubectl rollout status --timeout` lets a version wait that never becomes ready: its timeout, and what its program takes. */
export const computeGateWindow = (timeoutMs: number): { fromMs: number; untilMs: number } => ({
  fromMs: timeoutMs,
  untilMs: timeoutMs + slackMs,
});

/** Whether the rollout's gate stopped a version when its timeout was up, not sooner and not much later. */
export const gateTimeout = ({ release, timeoutMs }: { release: string; timeoutMs: number }): Criterion => ({
  id: 'gate-timeout',
  async evaluate(lab, { measure }) {
    const made = releaseOf(lab, release);
    if (!made) return [];
    const { failed } = made.run;
    const observedMs = failed && computeStage(made.run) === 'rollout' ? failed.durationMs : null;
    const { fromMs, untilMs } = computeGateWindow(timeoutMs);
    measure('gate-timeout-implied', 'rollout gate, implied by its timeout', timeoutMs / 1000, 's');
    measure('gate-timeout-observed', 'rollout gate, observed', observedMs === null ? null : Math.round(observedMs / 100) / 10, 's');
    const window = `${fromMs / 1000} s (--timeout) to ${untilMs / 1000} s (and ${slackMs / 1000} s for kubectl itself)`;
    const seen = observedMs === null ? 'it did not come to the rollout' : `after ${Math.round(observedMs / 100) / 10} s`;
    return [
      {
        id: 'gate-timeout',
        title: 'the rollout gate gives a version that never becomes ready the time that it says',
        observed: { value: observedMs === null ? null : observedMs / 1000, unit: 's', text: seen },
        threshold: { op: '<=', value: untilMs / 1000, unit: 's', text: window },
        result: observedMs === null ? 'unknown' : observedMs >= fromMs && observedMs <= untilMs ? 'true' : 'false',
        expectedInControl: 'true',
        dependsOnSpeed: true,
        message: `the gate stopped the rollout ${seen}; implied: ${window}`,
      },
    ];
  },
});
