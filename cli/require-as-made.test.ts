import { type AskedOfLab, requireAsMade } from './require-as-made.ts';

const cluster = { name: 'demo', nodeImage: 'kindest/node:v1.34.0@sha256:ab', autoscalerSyncMs: 15_000, nodePorts: { 8081: 30_081 } };

test.each<[AskedOfLab, string]>([
  [{ nodeImage: 'kindest/node:v1.33.4' }, 'its node has image kindest/node:v1.34.0@sha256:ab, and kindest/node:v1.33.4 is asked for'],
  [{ nodeImage: 'kindest/node:v1.34.0@sha256:cd' }, 'and kindest/node:v1.34.0@sha256:cd is asked for'],
  [{ nodeImage: 'mine/node:v1.34.0' }, 'and mine/node:v1.34.0 is asked for'],
  [{ autoscalerSyncMs: 5000 }, 'its autoscalers look every 15 s, and every 5 s is asked for'],
  [{ ports: [{ service: 'web', port: 9000 }] }, 'it answers on localhost at 8081, and Service web asks for 9000'],
])('a lab that is up is not used for %j, and it is said why and what to do', (asked, why) => {
  expect(() => requireAsMade(cluster, asked)).toThrow(
    expect.objectContaining({
      name: 'UsageError',
      message: expect.stringMatching(/^lab demo is up, and was made otherwise: /),
      hint: 'end it by shoplab down --name demo, or let this be another lab: --name OTHER',
    }),
  );
  expect(() => requireAsMade(cluster, asked)).toThrow(why);
});

test.each<AskedOfLab>([
  {},
  { nodeImage: 'kindest/node:v1.34.0', autoscalerSyncMs: 15_000, ports: [{ service: 'order', port: 8081 }] },
  { nodeImage: 'docker.io/kindest/node:v1.34.0@sha256:ab' },
  { nodeImage: 'kindest/node@sha256:ab' },
])('it is used for %j', (asked) => {
  requireAsMade(cluster, asked);
});

test('of a lab that an older shoplab made, what is not known of it is not refused', () => {
  requireAsMade({ name: 'old' }, { nodeImage: 'kindest/node:v1.33.4', autoscalerSyncMs: 5000, ports: [{ service: 'web', port: 9000 }] });
});
