import { isReady, status, TestNode } from './test-node.ts';

const node = new TestNode('127.206');
beforeAll(() => node.start());
afterAll(() => node.stop());

const isRoot = process.getuid?.() === 0;
const sleep = { command: ['sleep', '100'], image: 'test/app:1' };

test('runAsUser is honoured where the lab is root’s, else said in an Event', async () => {
  node.run('nobody', { command: ['sh', '-c', 'id -u; exec sleep 100'] }, { securityContext: { runAsUser: 12_345 } });
  await node.until('nobody', isReady);
  await node.logged('nobody', String(isRoot ? 12_345 : process.getuid?.()));
  const told = node.events('nobody').filter((event) => event.startsWith('NotHonoured'));
  expect(told).toHaveLength(isRoot ? 0 : 1);
  node.delete('nobody', 1);
  await node.gone('nobody');
});

test('runAsNonRoot keeps a container that would run as root from starting', async () => {
  const securityContext = { runAsNonRoot: true, runAsUser: 0 };
  node.run('proud', sleep, { securityContext });
  const pod = await node.until('proud', (now) => status(now)?.state?.waiting?.reason === 'CreateContainerConfigError');
  expect(status(pod)?.state?.waiting?.message).toBe(
    `container's runAsUser breaks non-root policy (pod: "proud_default(${pod.metadata.uid})", container: app)`,
  );
});
