import { beyondBlastRadius } from './blast-radius.ts';
import type { Experiment, Fault, Step } from './experiment.ts';

const inject = (id: string, pods: Fault['pods'], service = 'web'): Step => ({
  do: 'inject',
  fault: { id, pods, services: [service] } as Fault,
});
const undo = (fault: string): Step => ({ do: 'undo', fault });
const wait = (durationMs: number): Step => ({ do: 'wait', title: '', durationMs });
const beyond = (method: Step[], more: Partial<Experiment['blastRadius']> = {}): string[] =>
  beyondBlastRadius({ blastRadius: { services: ['web'], pods: '', maxDurationMs: 5000, ...more }, method });

test('a method that keeps to it has no complaint', () => {
  expect(beyond([inject('a', 'all'), wait(5000)])).toEqual([]);
  expect(beyond([inject('a', 1), wait(1000), undo('a'), inject('b', 1)], { mostPods: 1 })).toEqual([]);
  expect(beyond([inject('a', 0), inject('b', 1)], { mostPods: 1 })).toEqual([]);
  // No variant has both.
  const only = (variant: string, step: Step): Step => ({ ...step, only: variant });
  expect(beyond([only('control', wait(4000)), only('treatment', wait(4000))])).toEqual([]);
  expect(beyond([only('control', inject('a', 1)), only('treatment', inject('b', 1))], { mostPods: 1 })).toEqual([]);
});

test('services, Pods at a time, and time beyond it are all told', () => {
  expect(beyond([inject('a', 1, 'db'), wait(6000)])).toEqual([
    'fault a touches db, which is not among web',
    'the method waits 6 s in all, and may last 5 s',
  ]);
  expect(beyond([inject('a', 1), inject('b', 1)], { mostPods: 1 })).toEqual([
    'fault b breaks a Pod, which makes 2, and at most 1 may be broken at a time',
  ]);
  expect(beyond([inject('a', 'all')], { mostPods: 3 })).toEqual(['fault a breaks all Pods of web, and at most 3 may be broken at a time']);
});
