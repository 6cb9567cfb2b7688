import type { Kinds } from '../../api/registry.ts';
import { namespace, TestCluster, webDeployment } from '../testing/cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster({ stopsAfterMs: 5000 });
});
afterEach(() => cluster.stop());

const service = (more: object = {}, port: { port: number; targetPort?: number | string } = { port: 80, targetPort: 8080 }) =>
  cluster.registry.create('Service', {
    metadata: { name: 'web', namespace, labels: { team: 'a' } },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', ...port }], ...more },
  });
const slices = (): Kinds['EndpointSlice'][] => cluster.registry.list('EndpointSlice', namespace);
const conditions = () => slices().flatMap(({ endpoints }) => endpoints.map((one) => one.conditions));
const addresses = () =>
  cluster.registry
    .get('Endpoints', namespace, 'web')
    .subsets?.map((subset) => [
      subset.addresses?.length ?? 0,
      subset.notReadyAddresses?.length ?? 0,
      subset.ports?.map(({ port }) => port),
    ]);
const ready = { ready: true, serving: true, terminating: false };

it('lists the Pods that match, and follows them to their end', () => {
  service();
  cluster.advance(0);
  expect(slices()).toMatchObject([
    {
      metadata: {
        name: expect.stringMatching(/^web-\w{5}$/),
        labels: {
          team: 'a',
          'kubernetes.io/service-name': 'web',
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
        ownerReferences: [{ kind: 'Service', name: 'web', controller: true }],
      },
      endpoints: [],
    },
  ]);
  cluster.registry.create('Deployment', webDeployment({ replicas: 2 }));
  cluster.advance(3);
  expect(conditions()).toEqual([ready, ready]);
  expect(slices()[0]).toMatchObject({
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: [{ nodeName: 'node', targetRef: { kind: 'Pod' } }, { nodeName: 'node' }],
  });
  expect(addresses()).toEqual([[2, 0, [8080]]]);
  const [first] = cluster.pods();
  cluster.registry.delete('Pod', namespace, first?.metadata.name ?? '');
  cluster.advance(0.1);
  expect(conditions()).toEqual(expect.arrayContaining([ready, { ready: false, serving: true, terminating: true }]));
  expect(addresses()).toEqual([[1, 0, [8080]]]);
  cluster.advance(10);
  expect(conditions()).toEqual([ready, ready]);
});

it('keeps a Pod that is not ready apart, unless the Service publishes it', () => {
  service();
  cluster.registry.create('Deployment', webDeployment({ replicas: 1 }));
  cluster.advance(3);
  for (const pod of cluster.pods()) cluster.report(pod, 'Running', false);
  cluster.advance(0.1);
  expect(conditions()).toEqual([{ ready: false, serving: false, terminating: false }]);
  expect(addresses()).toEqual([[0, 1, [8080]]]);
  const found = cluster.registry.get('Service', namespace, 'web');
  cluster.registry.update('Service', { ...found, spec: { ...found.spec, publishNotReadyAddresses: true } });
  cluster.advance(0.1);
  expect(conditions()).toEqual([{ ready: true, serving: false, terminating: false }]);
});

it('looks a named target port up in each Pod', () => {
  service({}, { port: 80, targetPort: 'web' });
  for (const [name, containerPort] of [
    ['a', 8080],
    ['b', 9090],
    ['c', undefined],
  ] as const) {
    const ports = containerPort === undefined ? {} : { ports: [{ name: 'web', containerPort }] };
    cluster.registry.create('Pod', {
      metadata: { name, namespace, labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'web', ...ports }] },
    });
  }
  cluster.advance(3);
  expect(slices().map(({ ports, endpoints }) => [ports?.[0]?.port, endpoints.map(({ targetRef }) => targetRef?.name)])).toEqual(
    expect.arrayContaining([
      [8080, ['a']],
      [9090, ['b']],
    ]),
  );
  expect(slices()).toHaveLength(2);
});

it('makes a slice again that somebody deleted, and none where there is no selector', () => {
  service();
  cluster.registry.create('Service', { metadata: { name: 'outside', namespace }, spec: { ports: [{ port: 80 }] } });
  cluster.advance(1);
  const [before] = slices();
  cluster.registry.delete('EndpointSlice', namespace, before?.metadata.name ?? '');
  cluster.advance(1);
  expect(slices().map(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'])).toEqual(['web']);
  expect(slices()[0]?.metadata.uid).not.toBe(before?.metadata.uid);
});

it('goes with its Service', () => {
  service();
  cluster.advance(1);
  cluster.registry.delete('Service', namespace, 'web');
  cluster.advance(1);
  expect([slices(), cluster.registry.list('Endpoints', namespace)]).toEqual([[], []]);
  expect(cluster.complaints).toEqual([]);
});
