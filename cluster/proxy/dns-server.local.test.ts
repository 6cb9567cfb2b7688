import { promises as dns } from 'node:dns';
import { ObjectRegistry } from '../api/object-registry.ts';
import type { Kinds } from '../api/registry.ts';
import { LabNetwork } from '../network.ts';
import { resources } from '../resources/resources.ts';
import { claimDnsAddress, serveDns } from './dns-server.ts';

let network: LabNetwork;
let registry: ObjectRegistry;
let resolver: dns.Resolver;
let stop: () => Promise<void>;

beforeEach(async () => {
  for (let second = 200; second < 250; second += 1) {
    network = new LabNetwork(`127.${second}`);
    const socket = await claimDnsAddress(network);
    if (!socket) continue;
    registry = new ObjectRegistry({ resources, network });
    stop = serveDns(socket, registry).stop;
    resolver = new dns.Resolver({ timeout: 5000, tries: 2 });
    resolver.setServers([`${network.dnsIP}:${network.dnsPort}`]);
    return;
  }
  throw new Error('no free /16');
});
afterEach(() => stop());

type ServiceSpec = NonNullable<Kinds['Service']['spec']>;

function service(name: string, spec: Partial<ServiceSpec>): string {
  const ports = [{ name: 'http', port: 80, protocol: 'TCP' }];
  const created = registry.create('Service', { metadata: { name, namespace: 'default' }, spec: { ports, ...spec } as ServiceSpec });
  return created.spec?.clusterIP ?? '';
}

function endpoints(serviceName: string, ...found: Kinds['EndpointSlice']['endpoints']): void {
  registry.create('EndpointSlice', {
    metadata: { name: `${serviceName}-abcde`, namespace: 'default', labels: { 'kubernetes.io/service-name': serviceName } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: found,
  });
}

const whole = (name: string): string => `${name}.default.svc.cluster.local`;
const failure = (name: string, type = 'A'): Promise<unknown> =>
  resolver.resolve(name, type).then(
    (found) => found,
    ({ code }: NodeJS.ErrnoException) => code,
  );

test('a Service has its clusterIP, whatever the case of its name', async () => {
  const ip = service('web', {});
  expect(await resolver.resolve4(whole('web'))).toEqual([ip]);
  expect(await resolver.resolve4('WEB.default.SVC.cluster.local')).toEqual([ip]);
});

test('a headless Service has its ready Pods, also one at a time by name', async () => {
  service('db', { clusterIP: 'None' });
  expect(await failure(whole('db'))).toBe('ENODATA');
  endpoints(
    'db',
    { addresses: [network.podIP(0) ?? ''], conditions: { ready: true }, hostname: 'db-0' },
    { addresses: [network.podIP(1) ?? ''], conditions: { ready: true } },
    { addresses: [network.podIP(2) ?? ''], conditions: { ready: false }, hostname: 'db-2' },
  );
  expect((await resolver.resolve4(whole('db'))).sort()).toEqual([network.podIP(0), network.podIP(1)]);
  expect(await resolver.resolve4(whole('db-0.db'))).toEqual([network.podIP(0)]);
  expect(await resolver.resolve4(whole(`${(network.podIP(1) ?? '').replaceAll('.', '-')}.db`))).toEqual([network.podIP(1)]);
  expect(await failure(whole('db-2.db'))).toBe('ENOTFOUND');
});

test('named ports have SRV records', async () => {
  service('web', {});
  expect(await resolver.resolveSrv(`_http._tcp.${whole('web')}`)).toEqual([{ name: whole('web'), port: 80, priority: 0, weight: 100 }]);
  service('db', { clusterIP: 'None' });
  endpoints('db', { addresses: [network.podIP(0) ?? ''], conditions: { ready: true }, hostname: 'db-0' });
  expect(await resolver.resolveSrv(`_http._tcp.${whole('db')}`)).toEqual([
    { name: whole('db-0.db'), port: 8080, priority: 0, weight: 100 },
  ]);
  expect(await failure(`_other._tcp.${whole('web')}`, 'SRV')).toBe('ENOTFOUND');
});

test('other names there are not; of other types there are no records', async () => {
  service('web', {});
  for (const name of [whole('wob'), 'web.other.svc.cluster.local', 'web.default.pod.cluster.local', 'example.org', 'svc.cluster.local'])
    expect({ name, answer: await failure(name) }).toEqual({ name, answer: 'ENOTFOUND' });
  expect(await failure(whole('web'), 'AAAA')).toBe('ENODATA');
});

test('a network has one server: its address tells labs that it is taken', async () => {
  expect(await claimDnsAddress(network)).toBeUndefined();
});
