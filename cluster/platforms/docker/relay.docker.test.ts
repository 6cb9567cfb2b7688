import { execa } from 'execa';
import type { Cluster } from '../../platform.ts';
import { docker } from './docker.ts';
import { labLabel } from './engine.ts';

/** A lab whose Pods are reached through the relay, as on an engine in a virtual machine or a rootless one. */
const name = `relay-${process.pid}`;
let cluster: Cluster;

const kubectl = async (...words: string[]): Promise<string> =>
  (await execa('kubectl', ['--kubeconfig', cluster.kubeconfig, ...words])).stdout;
const apply = (...objects: object[]) =>
  execa('kubectl', ['--kubeconfig', cluster.kubeconfig, 'apply', '--filename', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
  });

beforeAll(async () => {
  process.env.SHOPLAB_DOCKER_RELAY = 'true';
  try {
    cluster = await docker.up({ name, life: 'owner' });
  } finally {
    delete process.env.SHOPLAB_DOCKER_RELAY;
  }
}, 240_000);
afterAll(async () => {
  await cluster?.stop();
  const left = await execa('docker', ['ps', '--all', '--quiet', '--filter', `label=${labLabel}=${name}`]);
  expect(left.stdout).toBe('');
});

const program = `
  let well = true;
  require('http').createServer((request, response) => {
    if (request.url === '/hurt') well = false;
    response.statusCode = request.url === '/health' && !well ? 500 : 200;
    response.end(process.env.HOSTNAME);
  }).listen(8080);
`;
const labels = { app: 'web' };
const web = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: 'web',
            image: 'node:24-slim',
            command: ['node', '--eval', program],
            startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1, failureThreshold: 30 },
            livenessProbe: { httpGet: { path: '/health', port: 8080 }, periodSeconds: 1, failureThreshold: 1 },
            lifecycle: { preStop: { httpGet: { path: '/bye', port: 8080 } } },
          },
        ],
      },
    },
  },
};
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { type: 'LoadBalancer', selector: labels, ports: [{ port: 8080 }] },
};

test('probes, load balancer, node port and the API’s proxy reach a Pod through it, and refuse where nobody listens', async () => {
  expect((await execa('docker', ['ps', '--format', '{{.Names}} {{.Ports}}'])).stdout).toMatch(
    new RegExp(`shoplab-${name}-relay 127\\.0\\.0\\.1:\\d+->`),
  );
  await apply(web, service);
  await kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
  const [pod, balancer, nodePort, node] = await Promise.all([
    kubectl('get', 'pods', '--selector=app=web', '--output', 'jsonpath={.items[0].metadata.name}'),
    kubectl('get', 'service', 'web', '--output', 'jsonpath={.status.loadBalancer.ingress[0].ip}'),
    kubectl('get', 'service', 'web', '--output', 'jsonpath={.spec.ports[0].nodePort}'),
    kubectl('get', 'nodes', '--output', 'jsonpath={.items[0].status.addresses[?(@.type=="ExternalIP")].address}'),
  ]);
  const answer = async (url: string) => (await fetch(url)).text();
  expect(await answer(`http://${balancer}:8080/`)).toBe(pod);
  expect(await answer(`http://${node}:${nodePort}/`)).toBe(pod);
  const throughApi = (port: number) => kubectl('get', '--raw', `/api/v1/namespaces/default/pods/${pod}:${port}/proxy/`);
  expect(await throughApi(8080)).toBe(pod);
  await expect(throughApi(8081)).rejects.toThrow(/connect ECONNREFUSED/);

  await answer(`http://${balancer}:8080/hurt`);
  await kubectl('wait', `pod/${pod}`, '--for=jsonpath={.status.containerStatuses[0].restartCount}=1', '--timeout=60s');
  expect(await kubectl('get', 'events', '--output', 'jsonpath={.items[*].message}')).toContain(
    'Liveness probe failed: HTTP probe failed with statuscode: 500',
  );
  expect(await kubectl('get', 'events', '--output', 'jsonpath={.items[*].reason}')).not.toContain('FailedPreStopHook');
});
