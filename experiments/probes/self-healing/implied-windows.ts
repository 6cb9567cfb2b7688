import type { ImpliedWindow } from '../../engine/journal.ts';
import type { LivenessSettings } from './liveness-settings.ts';

/** `hang`: a probe gets no answer until it times out. `failure`: it is answered at once, wrongly. */
export type Symptom = 'hang' | 'failure';
export type Implied = Pick<ImpliedWindow, 'impliedMs' | 'terms'>;
type Term = ImpliedWindow['terms'][number];

/** A container has this long between SIGTERM and SIGKILL at least (pkg/kubelet/kuberuntime, minimumGracePeriodInSeconds). */
const leastKillSeconds = 2;
/** The kubelet looks for containers that ended once a second (PLEG's relist), and the runtime takes its time to start one. */
const startAgainMs = 1000;

const fixed = (title: string, seconds: number): Term => ({ title, lowMs: seconds * 1000, highMs: seconds * 1000 });

/** The range that some terms add up to. */
export const sumUp = (terms: Term[]): Implied => ({
  impliedMs: {
    low: terms.reduce((sum, { lowMs }) => sum + lowMs, 0),
    high: terms.reduce((sum, { highMs }) => sum + highMs, 0),
  },
  terms,
});

/**
 * From the moment a container goes wrong until its kubelet decides to kill it (prober/worker.go): the next try falls anywhere within one
 * period, then failureThreshold - 1 more follow, each a period later, or as soon as the one before has timed out, whichever is longer; a try that
 * gets no answer fails at its timeout. `runningMs`: how long the container had been running, for its initialDelaySeconds.
 */
export function implyDetection(settings: LivenessSettings, symptom: Symptom, runningMs = Number.POSITIVE_INFINITY): Implied {
  const { initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold } = settings;
  const delayMs = Math.max(0, initialDelaySeconds * 1000 - runningMs);
  const apartSeconds = symptom === 'hang' ? Math.max(periodSeconds, timeoutSeconds) : periodSeconds;
  const apart = apartSeconds === periodSeconds ? 'periodSeconds' : 'timeoutSeconds';
  return sumUp([
    ...(delayMs > 0 ? [{ title: 'what was left of initialDelaySeconds', lowMs: delayMs, highMs: delayMs }] : []),
    { title: 'until the next try, at most periodSeconds', lowMs: 0, highMs: periodSeconds * 1000 },
    fixed(`(failureThreshold - 1) x ${apart}: (${failureThreshold} - 1) x ${apartSeconds} s`, (failureThreshold - 1) * apartSeconds),
    ...(symptom === 'hang' ? [fixed('timeoutSeconds of the last try', timeoutSeconds)] : []),
  ]);
}

/**
 * From the decision until the container runs again. preStop lies inside the grace period; what hangs ends by SIGKILL at its end, but not
 * sooner than 2 s after SIGTERM; what still serves may end at any time after SIGTERM. The first restart has no back-off.
 */
export function implyRestart({ graceSeconds, preStop }: LivenessSettings, symptom: Symptom): Implied {
  const sleepSeconds = preStop === 'none' || preStop === 'other' ? 0 : Math.min(preStop.sleepSeconds, graceSeconds);
  const killedSeconds = Math.max(graceSeconds, sleepSeconds + leastKillSeconds);
  const latestSeconds = preStop === 'other' ? graceSeconds + leastKillSeconds : killedSeconds;
  const stopping: Term =
    symptom === 'hang'
      ? {
          title: 'terminationGracePeriodSeconds, preStop included, until SIGKILL',
          lowMs: killedSeconds * 1000,
          highMs: latestSeconds * 1000,
        }
      : {
          title: 'preStop, then what a graceful stop takes, at most the grace period',
          lowMs: sleepSeconds * 1000,
          highMs: latestSeconds * 1000,
        };
  return sumUp([stopping, { title: 'the kubelet sees the end and starts the container again', lowMs: 0, highMs: startAgainMs }]);
}
