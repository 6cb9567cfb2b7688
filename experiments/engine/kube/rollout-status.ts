import type { Workload } from './workloads.ts';

/** A Deployment, with what a rollout is judged by. */
export interface RollingDeployment extends Workload {
  status?: Workload['status'] & { conditions?: { type: string; status: string; reason?: string }[] };
}

/** How a rollout stands: it goes on, is over, or has failed. */
export type RolloutStatus = { done: boolean; message: string } | { error: string };

/**
 * How far a Deployment's rollout is, in the words of `kubectl rollout status` (kubectl, polymorphichelpers/rollout_status.go). `revisionAsked` 0:
 * whichever it is. Old Pods that are shutting down do not count, as there.
 */
export function decideRolloutStatus({ metadata, spec, status = {} }: RollingDeployment, revisionAsked = 0): RolloutStatus {
  const revision = Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
  if (revisionAsked > 0 && revision !== revisionAsked)
    return { error: `desired revision (${revisionAsked}) is different from the running revision (${revision})` };
  const going = (message: string): RolloutStatus => ({ done: false, message: `${message}\n` });
  if ((metadata.generation ?? 0) > (status.observedGeneration ?? 0)) return going('Waiting for deployment spec update to be observed...');
  const progressing = status.conditions?.find(({ type }) => type === 'Progressing');
  const { name } = metadata;
  if (progressing?.reason === 'ProgressDeadlineExceeded') return { error: `deployment "${name}" exceeded its progress deadline` };
  const wanted = spec.replicas;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const waiting = `Waiting for deployment "${name}" rollout to finish:`;
  if (wanted !== undefined && updatedReplicas < wanted)
    return going(`${waiting} ${updatedReplicas} out of ${wanted} new replicas have been updated...`);
  if (replicas > updatedReplicas) return going(`${waiting} ${replicas - updatedReplicas} old replicas are pending termination...`);
  if (availableReplicas < updatedReplicas)
    return going(`${waiting} ${availableReplicas} of ${updatedReplicas} updated replicas are available...`);
  return { done: true, message: `deployment "${name}" successfully rolled out\n` };
}
