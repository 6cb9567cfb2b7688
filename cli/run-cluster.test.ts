import type { Cluster, Platform, UpOptions } from '../cluster/platform.ts';
import type { Progress } from './progress/progress.ts';
import { clusterForRun } from './run-cluster.ts';

const told: string[] = [];
const progress: Progress = { step: () => {}, saw: () => {}, done: () => {}, tell: (line) => void told.push(line), stop: () => {} };
const signal = new AbortController().signal;

/** A platform that has these labs, of which some are running. */
function platformWith(labs: string[], running: string[]) {
  const ended: string[] = [];
  const started: UpOptions[] = [];
  const cluster = (name: string, isNew: boolean): Cluster => ({
    name,
    platform: 'fake',
    kubeconfig: '/kubeconfig',
    stateDir: '/state',
    watchesOverRuns: true,
    started: isNew,
    nodeImage: 'kindest/node:v1.34.0@sha256:ab',
    autoscalerSyncMs: 15_000,
    stop: async () => {},
  });
  const platform: Platform = {
    name: 'fake',
    up: async (options) => {
      started.push(options);
      return cluster(options.name, !running.includes(options.name));
    },
    find: async (name) => (running.includes(name) ? cluster(name, false) : undefined),
    down: async (name) => {
      ended.push(name);
      return [`ended ${name}`];
    },
    list: async () => labs,
    isAbandoned: async (name) => !running.includes(name),
    doctor: async () => [],
  };
  return { platform, ended, started };
}

test('a lab that is up is used, after what is missing of it is done', async () => {
  const { platform, started } = platformWith(['shoplab'], ['shoplab']);
  expect(await clusterForRun(platform, 'shoplab', progress, signal)).toMatchObject({ name: 'shoplab', started: false });
  expect(started).toMatchObject([{ name: 'shoplab' }]);
  expect(started[0]?.autoscalerSyncMs).toBeUndefined();
});

test('a lab that is up with other settings than those asked for is refused', async () => {
  const { platform } = platformWith(['shoplab'], ['shoplab']);
  const run = (settings: Partial<UpOptions>) => clusterForRun(platform, 'shoplab', progress, signal, settings);
  await expect(run({ autoscalerSyncMs: 5000 })).rejects.toThrow('its autoscalers look every 15 s, and every 5 s is asked for');
  await expect(run({ nodeImage: 'kindest/node:v1.33.4' })).rejects.toThrow('and kindest/node:v1.33.4 is asked for');
  expect(await run({ autoscalerSyncMs: 15_000, nodeImage: 'kindest/node:v1.34.0' })).toMatchObject({ started: false });
});

test('else the run has a cluster of its own, which ends with it and meets no other run', async () => {
  const { platform, started } = platformWith([], []);
  await clusterForRun(platform, 'shoplab', progress, signal);
  expect(started).toMatchObject([{ name: `shoplab-${process.pid}`, life: 'owner', autoscalerSyncMs: 5000 }]);
});

test('what a killed run has left is cleared away and told; what runs, or has another name, stays', async () => {
  // Beyond what any system gives: these processes cannot be there. The parent of this one is, and may be starting its cluster.
  const [gone, up, starting] = ['shoplab-999999997', 'shoplab-999999998', `shoplab-${process.ppid}`];
  const { platform, ended } = platformWith(['demo', 'demo-999999997', 'shoplab', gone, up, starting, 'shoplab-mine'], [up]);
  await clusterForRun(platform, 'shoplab', progress, signal);
  expect(ended).toEqual([gone]);
  expect(told).toContain(`left by a run that was killed: ended ${gone}`);
});

test('what a killed run has left and cannot be cleared away is told, and keeps this run from nothing', async () => {
  const { platform, started } = platformWith(['shoplab-999999999'], []);
  platform.down = async () => {
    throw new Error('the network has active endpoints');
  };
  await clusterForRun(platform, 'shoplab', progress, signal);
  expect(told.at(-1)).toBe('left by a run that was killed, and still there: the network has active endpoints');
  expect(started).toHaveLength(1);
});
