import { isReady, status, TestNode } from './test-node.ts';

const node = new TestNode('127.203');
beforeAll(() => node.start());
afterAll(() => node.stop());

const health = { httpGet: { port: 'http', path: '/health' }, periodSeconds: 1 };
const ports = [{ name: 'http', containerPort: 8080 }];

test('readiness turns with the answer, and its failures are Events', async () => {
  node.run('flip', { ports, env: [{ name: 'HEALTH', value: '503' }], readinessProbe: { ...health, failureThreshold: 1 } });
  const unready = await node.until('flip', (pod) => status(pod)?.state?.running !== undefined);
  expect(status(unready)).toMatchObject({ ready: false, started: true });
  expect(unready.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
    status: 'False',
    reason: 'ContainersNotReady',
    message: 'containers with unready status: [app]',
  });
  await node.logged('flip', 'start ');
  await node.get('flip', '/set?health=200');
  const ready = await node.until('flip', isReady);
  expect(status(ready)).toMatchObject({ ready: true, restartCount: 0 });
  await node.get('flip', '/set?health=500');
  await node.until('flip', (pod) => !isReady(pod));
  expect(node.events('flip')).toContain('Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 500');
});

test('a liveness failure at the threshold kills, with grace, and restarts at once', async () => {
  await node.serve('sick', { ports, livenessProbe: { ...health, failureThreshold: 2 } });
  await node.get('sick', '/set?health=500');
  const pod = await node.until('sick', (now) => status(now)?.restartCount === 1 && status(now)?.state?.running !== undefined);
  expect(status(pod)?.lastState?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
  expect(node.events('sick')).toEqual(
    expect.arrayContaining([
      'Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 500',
      'Killing Container app failed liveness probe, will be restarted',
    ]),
  );
  expect(await node.logs('sick', { previous: true })).toBe('start \nTERM\n');
});

test('a hang is detected by the time-out', async () => {
  await node.serve('hangs', { livenessProbe: { httpGet: { port: 8080, path: '/hang' }, periodSeconds: 1, failureThreshold: 1 } });
  const pod = await node.until('hangs', (now) => status(now)?.restartCount === 1);
  const url = `http://${pod.status?.podIP}:8080/hang`;
  expect(node.events('hangs')).toContain(
    `Unhealthy Liveness probe failed: Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
  );
});

test('until the startup probe has succeeded nothing else is asked, and started is false', async () => {
  const readinessProbe = { tcpSocket: { port: 'http' }, periodSeconds: 60 };
  node.run('slow', { ports, env: [{ name: 'HEALTH', value: '503' }], startupProbe: { ...health, failureThreshold: 30 }, readinessProbe });
  await node.until('slow', (pod) => pod.status?.phase === 'Running');
  expect(status(node.pod('slow'))).toMatchObject({ started: false, ready: false });
  await node.logged('slow', 'start ');
  await node.get('slow', '/set?health=200');
  const started = await node.until('slow', (pod) => status(pod)?.started === true);
  // Readiness comes long before its period: each sync of a container that is not ready asks at once.
  const ready = await node.until('slow', isReady);
  expect(Date.parse(ready.status?.conditions?.[2]?.lastTransitionTime ?? '') - Date.parse(started.status?.startTime ?? '')).toBeLessThan(
    30_000,
  );
});

test('a startup probe that fails to the end restarts the container', async () => {
  node.run('never', { ports, env: [{ name: 'HEALTH', value: '503' }], startupProbe: { ...health, failureThreshold: 1 } });
  await node.until('never', (pod) => status(pod)?.restartCount === 1);
  expect(node.events('never')).toContain('Killing Container app failed startup probe, will be restarted');
});

test('exec and tcp probes answer in Kubernetes’ words', async () => {
  node.run('words', {
    readinessProbe: { exec: { command: ['sh', '-c', 'echo not yet; exit 1'] }, periodSeconds: 1 },
    livenessProbe: { tcpSocket: { port: 1 }, periodSeconds: 1, failureThreshold: 100 },
  });
  const pod = await node.until('words', (now) => status(now)?.state?.running !== undefined);
  const expected = [
    'Unhealthy Readiness probe failed: not yet\n',
    `Unhealthy Liveness probe failed: dial tcp ${pod.status?.podIP}:1: connect: connection refused`,
  ];
  for (let tries = 0; tries < 1000 && !expected.every((event) => node.events('words').includes(event)); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(node.events('words')).toEqual(expect.arrayContaining(expected));
});

test('grpc probes ask the health service: readiness turns with it, liveness restarts by it', async () => {
  const env = [{ name: 'GRPC_PORT', value: '9000' }];
  const grpc = { grpc: { port: 9000 }, periodSeconds: 1, timeoutSeconds: 5 };
  await node.serve('rpc', { env, readinessProbe: { ...grpc, failureThreshold: 1 }, livenessProbe: { ...grpc, failureThreshold: 3 } });
  await node.until('rpc', isReady);
  await node.get('rpc', '/set?health=500');
  await node.until('rpc', (pod) => !isReady(pod));
  const restarted = await node.until('rpc', (pod) => status(pod)?.restartCount === 1 && isReady(pod));
  expect(status(restarted)?.lastState?.terminated).toMatchObject({ exitCode: 0 });
  expect(node.events('rpc')).toEqual(
    expect.arrayContaining([
      'Unhealthy Readiness probe failed: service unhealthy (responded with "NOT_SERVING")',
      'Unhealthy Liveness probe failed: service unhealthy (responded with "NOT_SERVING")',
      'Killing Container app failed liveness probe, will be restarted',
    ]),
  );
});
