import type { ContainerRecord } from '../containers/container-record.ts';
import type { PodContext } from '../containers/pod-context.ts';
import { stopContainer } from '../containers/stop-container.ts';

/** Ends all containers of a Pod at once, sidecars after the others and the last of them first (kuberuntime_termination_order.go). */
export async function terminateContainers(records: ContainerRecord[], context: PodContext, graceSeconds: number): Promise<void> {
  const stop = (record: ContainerRecord, turn?: Promise<unknown>) =>
    stopContainer(record, context, { graceSeconds, message: `Stopping container ${record.spec.name}`, turn });
  const ends = records.filter(({ kind }) => kind !== 'sidecar').map((record) => stop(record));
  for (const sidecar of records.filter(({ kind }) => kind === 'sidecar').reverse()) ends.push(stop(sidecar, Promise.all([...ends])));
  await Promise.all(ends);
}
