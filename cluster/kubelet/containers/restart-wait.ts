import { podTitle } from '../pods/pod.ts';
import type { ContainerRecord, Ended } from './container-record.ts';
import type { PodContext } from './pod-context.ts';
import { computeBackOff, decideBackOff } from './restart-back-off.ts';
import { StartFailure } from './start-failure.ts';

/**
 * Throws StartFailure CrashLoopBackOff while a restart has to wait, else notes the restart (kuberuntime_manager.go, doBackOff). `ended` is the
 * newest end that was known when the sync began: a container that the same sync has killed is measured by the end before that, so a liveness
 * kill after a long run restarts at once.
 */
export function awaitBackOff(record: ContainerRecord, ended: Ended | undefined, context: PodContext): void {
  if (!ended) return;
  const now = context.now();
  if (record.backOff && computeBackOff(record.backOff, ended.finishedAtMs, now) > 0) {
    const { name } = record.spec;
    const title = podTitle(context.pod());
    context.event('Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${title}`, record);
    const wait = goDuration(record.backOff.waitMs / 1000);
    throw new StartFailure('CrashLoopBackOff', `back-off ${wait} restarting failed container=${name} pod=${title}`);
  }
  record.backOff = decideBackOff(record.backOff, ended.finishedAtMs, now);
}

/** Whole seconds as Go prints them: `10s`, `1m20s`, `5m0s`. */
const goDuration = (seconds: number): string => (seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`);
