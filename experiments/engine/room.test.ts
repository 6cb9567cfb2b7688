import { parseBytes } from './kube/amounts.ts';
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

test.each([
  ['16393244Ki', 16_393_244 * 1024],
  ['128Mi', 134_217_728],
  ['1.5G', 1.5e9],
  ['12', 12],
])('%s of memory is %d bytes', (text, bytes) => expect(parseBytes(text)).toBe(bytes));
test('what is no amount of memory is refused', () => expect(() => parseBytes('12 Mi')).toThrow("'12 Mi' is not an amount of memory"));
