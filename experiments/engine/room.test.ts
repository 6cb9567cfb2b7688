import { fits, podsOf } from './room.ts';

const pod = (cores: number, bytes = 0) => ({ cores, bytes });

test.each([
  ['as much as there is', [pod(0.1), pod(0.2), pod(0.7)], [pod(1)], true],
  ['more than there is', [pod(0.1), pod(0.2), pod(0.8)], [pod(1)], false],
  ['enough in sum, but on no node', [pod(0.6), pod(0.6)], [pod(0.7), pod(0.5)], false],
  ['the large one first', [pod(0.2), pod(0.2), pod(0.6)], [pod(0.4), pod(0.6)], true],
  ['too little memory', [pod(0.1, 200)], [pod(1, 100)], false],
  ['no node', [pod(0)], [], false],
  ['sums of decimal fractions', Array.from({ length: 10 }, () => pod(0.1)), [pod(1)], true],
])('%s', (_name, pods, nodes, room) => expect(fits(pods, nodes)).toBe(room));

test('Pods are counted by replicas, by the most of an autoscaler, and by limits where nothing is requested', () => {
  const workload = (kind: string, name: string, resources: object, replicas?: number) => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: { ...(replicas !== undefined && { replicas }), template: { spec: { containers: [{ resources }] } } },
  });
  const pods = podsOf([
    workload('Deployment', 'order', { requests: { cpu: '200m', memory: '128Mi' } }, 1),
    workload('Deployment', 'product', { requests: { cpu: '100m' }, limits: { cpu: '1', memory: '1Gi' } }, 2),
    workload('StatefulSet', 'postgres', {}),
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'order' },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'order' }, maxReplicas: 3 },
    },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'order' }, spec: {} },
  ]);
  const order = { cores: 0.2, bytes: 128 * 2 ** 20 };
  const product = { cores: 0.1, bytes: 2 ** 30 };
  expect(pods).toEqual([order, order, order, product, product, { cores: 0, bytes: 0 }]);
});

test('a Pod is counted with its init containers that stay, or by the largest of the others', () => {
  const requests = (cpu: string) => ({ resources: { requests: { cpu } } });
  const podWith = (spec: object) =>
    podsOf([{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'it' }, spec: { template: { spec } } }]);
  const containers = [requests('100m'), requests('50m')];
  expect(podWith({ containers, initContainers: [requests('400m'), requests('20m')] })).toEqual([{ cores: 0.4, bytes: 0 }]);
  const [withSidecar] = podWith({
    containers,
    initContainers: [{ ...requests('30m'), restartPolicy: 'Always' }],
    overhead: { cpu: '10m' },
  });
  expect(withSidecar?.cores).toBeCloseTo(0.19, 10);
});
