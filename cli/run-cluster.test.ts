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
    stop: async () => {},
  });
  const platform: Platform = {
    name: 'fake',
    up: async (options) => {
      started.push(options);
      return cluster(options.name, true);
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

test('a lab that is up is used', async () => {
  const { platform, started } = platformWith(['shoplab'], ['shoplab']);
  expect(await clusterForRun(platform, 'shoplab', progress, signal)).toMatchObject({ name: 'shoplab', started: false });
  expect(started).toEqual([]);
});

test('else the run has a cluster of its own, which ends with it and meets no other run', async () => {
  const { platform, started } = platformWith([], []);
  await clusterForRun(platform, 'shoplab', progress, signal);
  expect(started).toMatchObject([{ name: `shoplab-${process.pid}`, life: 'owner' }]);
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
