/** Of a Deployment, what its rollout is told by. */
export interface RolloutSeen {
  metadata: { name: string; generation?: number; annotations?: Record<string, string> };
  spec: { replicas?: number };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    conditions?: { type: string; reason?: string }[];
  };
}

/** Where a Deployment's rollout stands, in kubectl's words. Throws where it cannot come to its end (kubectl: polymorphichelpers/rollout_status.go). */
export function computeRolloutStatus({ metadata, spec, status = {} }: RolloutSeen, revisionAsked = 0): { value: boolean; message: string } {
  const { name, generation = 0, annotations = {} } = metadata;
  if (revisionAsked > 0) {
    const revision = Number(annotations['deployment.kubernetes.io/revision'] ?? 0);
    if (revision !== revisionAsked)
      throw new Error(`desired revision (${revisionAsked}) is different from the running revision (${revision})`);
  }
  if (generation > (status.observedGeneration ?? 0))
    return { value: false, message: 'Waiting for deployment spec update to be observed...' };
  if (status.conditions?.find(({ type }) => type === 'Progressing')?.reason === 'ProgressDeadlineExceeded')
    throw new Error(`deployment ${JSON.stringify(name)} exceeded its progress deadline`);
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const waiting = (what: string) => ({
    value: false,
    message: `Waiting for deployment ${JSON.stringify(name)} rollout to finish: ${what}...`,
  });
  if (spec.replicas !== undefined && updatedReplicas < spec.replicas)
    return waiting(`${updatedReplicas} out of ${spec.replicas} new replicas have been updated`);
  if (replicas > updatedReplicas) return waiting(`${replicas - updatedReplicas} old replicas are pending termination`);
  if (availableReplicas < updatedReplicas) return waiting(`${availableReplicas} of ${updatedReplicas} updated replicas are available`);
  return { value: true, message: `deployment ${JSON.stringify(name)} successfully rolled out` };
}
