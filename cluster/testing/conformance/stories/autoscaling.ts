import { deployment, readiness } from '../app.ts';
import type { Manifest, Story } from '../story.ts';

/** Uses all that its limit lets it have, twice what it asks for; it answers slowly, and is Ready all the same. */
const busy = {
  env: { BURN: '1' },
  container: {
    readinessProbe: { ...readiness.readinessProbe, timeoutSeconds: 5, failureThreshold: 10 },
    resources: { requests: { cpu: '100m' }, limits: { cpu: '200m' } },
  },
};
const metrics = (averageUtilization: number) => [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } },
];
const autoscaler: Manifest = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    minReplicas: 1,
    maxReplicas: 3,
    metrics: metrics(50),
    behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
  },
};

export const autoscaling: Story[] = [
  {
    name: 'autoscaling',
    title: 'an autoscaler takes one busy Pod to three, and back to one when that counts as little',
    // Metrics are a minute old on one cluster and a second on another, and so are decisions.
    toleranceMs: 180_000,
    steps: [
      { do: 'apply', object: deployment('web', busy) },
      { do: 'until', seen: { rolledOut: 'web' }, withinMs: 60_000 },
      { do: 'apply', object: autoscaler },
      { do: 'until', seen: { ready: 3 }, withinMs: 240_000 },
      {
        do: 'patch',
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        name: 'web',
        patch: { spec: { metrics: metrics(1000) } },
      },
      { do: 'until', seen: { ready: 1 }, withinMs: 240_000 },
    ],
  },
];
