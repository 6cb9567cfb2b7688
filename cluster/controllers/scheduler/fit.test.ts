import type { Kinds } from '../../api/registry.ts';
import { obstacles, podRequest, unschedulableMessage } from './fit.ts';
import { retryBackOffMs } from './retry-back-off.ts';

type Spec = NonNullable<Kinds['Pod']['spec']>;
const metadata = { name: 'x', uid: 'x', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
const container = (cpu?: string, memory?: string, more: object = {}) => ({
  name: 'app',
  resources: { requests: { ...(cpu && { cpu }), ...(memory && { memory }) } },
  ...more,
});
const pod = (spec: Partial<Spec> = {}, status: object = {}): Kinds['Pod'] => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata,
  spec: { containers: [], ...spec },
  status,
});
const node = (spec: Kinds['Node']['spec'] = {}, allocatable: Record<string, string> = {}, labels = {}): Kinds['Node'] => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { ...metadata, labels },
  spec,
  status: { allocatable: { cpu: '1', memory: '1Gi', pods: '3', ...allocatable } },
});
const asks = (cpu?: string, memory?: string): Kinds['Pod'] => pod({ containers: [container(cpu, memory)] });

describe('what a Pod requests', () => {
  it.each<[string, Partial<Spec>, number, number]>([
    ['its containers together', { containers: [container('100m', '1Mi'), container('200m')] }, 300, 2 ** 20],
    ['an init container that asks for more', { containers: [container('100m')], initContainers: [container('500m', '1Mi')] }, 500, 2 ** 20],
    [
      'sidecars with the containers, and with the init containers after them',
      {
        containers: [container('100m')],
        initContainers: [container('50m', undefined, { restartPolicy: 'Always' }), container('300m')],
      },
      350,
      0,
    ],
  ])('is that of %s', (_, spec, cpu, memory) => {
    expect(podRequest(pod(spec))).toEqual({ cpu, memory });
  });
});

const none = 'No preemption victims found for incoming pod';
const hopeless = 'Preemption is not helpful for scheduling';
describe('why a Pod stays Pending', () => {
  it.each<[string, Kinds['Pod'], Kinds['Node'], Kinds['Pod'][], string, string]>([
    ['room is taken', asks('600m'), node(), [asks('500m')], '1 Insufficient cpu', none],
    [
      'room is taken by a terminating Pod',
      asks('600m'),
      node(),
      [{ ...asks('500m'), metadata: { ...metadata, deletionTimestamp: 'x' } }],
      '1 Insufficient cpu',
      none,
    ],
    ['the node is too small', asks('2'), node(), [], '1 Insufficient cpu', hopeless],
    ['both are short', asks('600m', '1Gi'), node(), [asks('500m', '1Mi')], '1 Insufficient cpu, 1 Insufficient memory', none],
    ['there are too many', pod(), node(), [pod(), pod(), pod()], '1 Too many pods', none],
    ['the node is cordoned, whatever else', asks('2'), node({ unschedulable: true }), [], '1 node(s) were unschedulable', hopeless],
    [
      'of a taint',
      pod(),
      node({ taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] }),
      [],
      '1 node(s) had untolerated taint {gpu: yes}',
      hopeless,
    ],
    [
      'of nodeSelector',
      pod({ nodeSelector: { disk: 'ssd' } }),
      node(),
      [],
      "1 node(s) didn't match Pod's node affinity/selector",
      hopeless,
    ],
  ])('because %s', (_, incoming, on, others, listed, preemption) => {
    expect(unschedulableMessage([obstacles(incoming, on, others)])).toBe(
      `0/1 nodes are available: ${listed}. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${preemption}.`,
    );
  });

  it('is that there is no node', () => {
    expect(unschedulableMessage([])).toBe('no nodes available to schedule pods');
  });
});

describe('a Pod fits', () => {
  const required = (matchExpressions: { key: string; operator: string; values?: string[] }[]) => ({
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } },
  });
  it.each<[string, Kinds['Pod'], Kinds['Node'], Kinds['Pod'][]]>([
    ['where it takes the very rest', asks('500m', '512Mi'), node(), [asks('500m', '512Mi')]],
    ['where it asks for nothing, however full', pod(), node(), [asks('1', '1Gi')]],
    ['beside Pods that have finished', asks('1'), node(), [{ ...asks('1'), status: { phase: 'Succeeded' } }]],
    [
      'by its toleration of the taint',
      pod({ tolerations: [{ key: 'gpu', operator: 'Exists' }] }),
      node({ taints: [{ key: 'gpu', effect: 'NoExecute' }] }),
      [],
    ],
    ['where the taint is a wish', pod(), node({ taints: [{ key: 'gpu', effect: 'PreferNoSchedule' }] }), []],
    ['by its node selector', pod({ nodeSelector: { disk: 'ssd' } }), node({}, {}, { disk: 'ssd' }), []],
    ['by its affinity', pod({ affinity: required([{ key: 'cores', operator: 'Gt', values: ['4'] }]) }), node({}, {}, { cores: '8' }), []],
    ['on a cordoned node that it tolerates', pod({ tolerations: [{ operator: 'Exists' }] }), node({ unschedulable: true }), []],
  ])('%s', (_, incoming, on, others) => {
    expect(obstacles(incoming, on, others)).toEqual([]);
  });
});

it('waits from 1 s to 10 s after a failed attempt', () => {
  expect([1, 2, 3, 4, 5, 6].map(retryBackOffMs)).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
});
