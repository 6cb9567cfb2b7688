import type { ContainerRecord, Ended } from '../containers/container-record.ts';
import type { PodContext } from '../containers/pod-context.ts';
import { awaitBackOff } from '../containers/restart-wait.ts';
import { startContainer } from '../containers/start-container.ts';
import { StartFailure } from '../containers/start-failure.ts';
import { specOf } from './pod.ts';

export type Ends = Map<ContainerRecord, Ended | undefined>;

/** The newest end of each container. */
export const endsOf = (records: ContainerRecord[]): Ends =>
  new Map(records.map((record) => [record, record.instance?.ended ?? record.former?.ended]));

/** Whether a container that does not run is started by a later sync (pkg/kubelet/container/helpers.go, ShouldContainerBeRestarted). */
function isStartedAgain({ kind, instance }: ContainerRecord, restartPolicy = 'Always'): boolean {
  const exitCode = instance?.ended?.exitCode;
  if (exitCode === undefined || kind === 'sidecar') return true;
  return restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && exitCode !== 0);
}

/** Starts these containers in order; `ends` as they were before anything was killed. False where one could not be started: its status says why. */
export async function startDue(records: ContainerRecord[], ends: Ends, context: PodContext): Promise<boolean> {
  let allStarted = true;
  for (const record of records) {
    if (context.ending.aborted) break;
    try {
      awaitBackOff(record, ends.get(record), context);
      await startContainer(record, context);
    } catch (error) {
      if (!(error instanceof StartFailure)) throw error;
      // One that has run and is not to run again waits for nothing.
      if (isStartedAgain(record, specOf(context.pod()).restartPolicy)) record.waiting = { reason: error.reason, message: error.message };
      allStarted = false;
      if (record.kind === 'init') break;
    }
  }
  return allStarted;
}
