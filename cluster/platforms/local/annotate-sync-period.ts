import type { Registry } from '../../api/registry.ts';

/** On each node: how often autoscalers look, for example `15s`. A Kubernetes API does not tell the flags of its controllers. */
export const syncPeriodAnnotation = 'shoplab.dev/horizontal-pod-autoscaler-sync-period';

/** Says by an annotation of the nodes how often autoscalers look, so that an experiment knows what to expect. */
export function annotateSyncPeriod(registry: Registry, periodMs: number): void {
  for (const node of registry.list('Node')) {
    const annotations = { ...node.metadata.annotations, [syncPeriodAnnotation]: `${periodMs / 1000}s` };
    registry.update('Node', { ...node, metadata: { ...node.metadata, annotations } });
  }
}
