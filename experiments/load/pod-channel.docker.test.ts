import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../../cluster/platform.ts';
import { docker } from '../../cluster/platforms/docker/docker.ts';
import type { KubeClients, LoadOptions, RunningLoad, Sample } from '../engine/experiment.ts';
import { connectKube } from '../engine/kube/kube-clients.ts';
import type { Pod } from '../engine/kube/workloads.ts';
import { NamespaceWatch } from '../engine/namespace-watch.ts';
import { constantArrivalRate } from './constant-arrival-rate.ts';

/** The load generator as a Pod, in containers: by exec of the API server, to a Service that this machine does not ask itself. */
let cluster: Cluster;
let kube: KubeClients & { close(): void };
let origin = '';
const loads: RunningLoad[] = [];

const labels = { app: 'web' };
// It says from where it was asked.
const program = `require('http').createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ from: request.socket.remoteAddress }));
}).listen(8080)`;

beforeAll(async () => {
  cluster = await docker.up({ name: `loader-${process.pid}`, life: 'owner' });
  kube = await connectKube(cluster.kubeconfig);
  const container = { name: 'web', image: 'node:24-slim', command: ['node', '--eval', program] };
  const spec = { containers: [{ ...container, readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }] };
  await kube.request('POST', '/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels }, spec });
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 8080 }] } };
  const { spec: made } = await kube.request<{ spec: { clusterIP: string } }>('POST', '/api/v1/namespaces/default/services', service);
  origin = `http://${made.clusterIP}:8080`;
  const ready = async (): Promise<boolean> => {
    const { status } = await kube.request<Pod>('GET', '/api/v1/namespaces/default/pods/web');
    return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
  };
  while (!(await ready())) await pause(100);
}, 180_000);
afterAll(async () => {
  for (const load of loads) load.kill();
  kube?.close();
  await cluster?.stop();
});

async function start(
  namespace: string,
): Promise<{ load: RunningLoad; samples: Sample[]; startedMs: number; more: () => Promise<unknown> }> {
  await kube.request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const startedMs = performance.now();
  const samples: Sample[] = [];
  const seen = new EventTarget();
  const pod: LoadOptions['pod'] = { kube, namespace, signal: new AbortController().signal, say: () => undefined };
  const { start: begin, ...scenario } = constantArrivalRate({
    ...{ rate: 50, maxVUs: 100, gracefulStopMs: 2000, expectStatuses: [200] },
    request: { service: 'web', port: 8080, method: 'GET', path: '/', timeoutMs: 2000 },
  });
  const load = await begin({
    scenario,
    seed: 1,
    pod,
    origin,
    maxDurationMs: 60_000,
    elapsedMs: () => performance.now() - startedMs,
    onSamples: (some) => {
      samples.push(...some);
      seen.dispatchEvent(new Event('samples'));
    },
  });
  loads.push(load);
  return { load, samples, startedMs, more: () => once(seen, 'samples') };
}

test('requests come from the Pod, and their times are on this machine’s clock', async () => {
  const { load, samples, startedMs, more } = await start('from-pod');
  while (samples.length < 50) await more();
  const nowMs = performance.now() - startedMs;
  // What has been answered was due before.
  const dues = samples.map(({ dueMs }) => dueMs);
  expect(Math.min(...dues)).toBeGreaterThan(0);
  expect(Math.max(...dues)).toBeLessThan(nowMs);
  const record = await load.stop();
  expect(record).toMatchObject({ scenario: 'GET web/', settings: { sentFrom: 'Pod shoplab-loader' }, errors: {}, dropped: 0 });
  expect(record.requests).toBe(samples.length);
});

test('its Pod is not seen as one of the system under test', async () => {
  const watch = new NamespaceWatch(kube, 'from-pod');
  const ended = new AbortController();
  const following = watch.follow(ended.signal);
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'theirs' },
    spec: { containers: [{ name: 'web', image: 'node:24-slim' }] },
  };
  await kube.request('POST', '/api/v1/namespaces/from-pod/pods', pod);
  while (watch.seen().pods.length === 0) await watch.changed(AbortSignal.timeout(30_000));
  expect(watch.seen().pods.map(({ metadata }) => metadata.name)).toEqual(['theirs']);
  ended.abort();
  await following;
});

test('a Pod that is taken away in the middle of it is told as such', async () => {
  const { load, samples, more } = await start('taken-away');
  while (samples.length === 0) await more();
  await kube.request('DELETE', '/api/v1/namespaces/taken-away/pods/shoplab-loader?gracePeriodSeconds=0');
  await expect(load.failed).rejects.toThrow(/^the load generator ended unexpectedly: /);
  await expect(load.stop()).rejects.toThrow(/^the load generator ended unexpectedly: /);
});
