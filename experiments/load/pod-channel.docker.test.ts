import { execa } from 'execa';
import type { Pod } from '../engine/kube/workloads.ts';
import { NamespaceWatch } from '../engine/namespace-watch.ts';
import { constantArrivalRate } from './constant-arrival-rate.ts';
import { PodLoads } from './testing/pod-loads.ts';

/** The load generator as a Pod, in containers. */
const loads = new PodLoads();
beforeAll(() => loads.up('loader'), 180_000);
afterAll(() => loads.down());

const start = (namespace: string) =>
  loads.start(
    namespace,
    constantArrivalRate({
      ...{ rate: 50, maxVUs: 100, gracefulStopMs: 2000, expectStatuses: [200] },
      request: { service: 'web', port: 8080, method: 'GET', path: '/', timeoutMs: 2000 },
    }),
  );

test('requests come from the Pod, and their times are on this machine’s clock', async () => {
  const { load, samples, elapsedMs, told } = await start('from-pod');
  await told(50);
  const nowMs = elapsedMs();
  // What has been answered was due before.
  const dues = samples.map(({ dueMs }) => dueMs);
  expect(Math.min(...dues)).toBeGreaterThan(0);
  expect(Math.max(...dues)).toBeLessThan(nowMs);
  const record = await load.stop();
  expect(record).toMatchObject({ scenario: 'GET web/', settings: { sentFrom: 'Pod shoplab-loader' }, errors: {}, dropped: 0 });
  expect(record.requests).toBe(samples.length);
});

test('its Pod is not seen as one of the system under test', async () => {
  const watch = new NamespaceWatch(loads.kube, 'from-pod');
  const ended = new AbortController();
  const following = watch.follow(ended.signal);
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'theirs' },
    spec: { containers: [{ name: 'web', image: 'node:24-slim' }] },
  };
  await loads.kube.request('POST', '/api/v1/namespaces/from-pod/pods', pod);
  while (watch.seen().pods.length === 0) await watch.changed(AbortSignal.timeout(30_000));
  expect(watch.seen().pods.map(({ metadata }) => metadata.name)).toEqual(['theirs']);
  ended.abort();
  await following;
});

test('its Pod takes its image from where this cluster has it', async () => {
  const elsewhere = 'registry.test:5000/team/node:24-slim';
  await execa('docker', ['tag', 'node:24-slim', elsewhere]);
  loads.imageOf = (image) => image.replace('node:24-slim', elsewhere);
  try {
    const { load, told } = await start('from-registry');
    await told(1);
    const pod = await loads.kube.request<Pod>('GET', '/api/v1/namespaces/from-registry/pods/shoplab-loader');
    expect(pod.status?.containerStatuses).toMatchObject([{ image: elsewhere }]);
    await load.stop();
  } finally {
    loads.imageOf = (image) => image;
    await execa('docker', ['rmi', elsewhere]);
  }
});

test('a Pod that is taken away in the middle of it is told as such', async () => {
  const { load, told } = await start('taken-away');
  await told(1);
  await loads.kube.request('DELETE', '/api/v1/namespaces/taken-away/pods/shoplab-loader?gracePeriodSeconds=0');
  await expect(load.failed).rejects.toThrow(/^the load generator ended unexpectedly: /);
  await expect(load.stop()).rejects.toThrow(/^the load generator ended unexpectedly: /);
});
