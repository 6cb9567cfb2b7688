import type { KubeEvent, Pod } from '../engine/kube/workloads.ts';
import type { Sighting } from '../engine/sighting.ts';
import { platformTerms } from './platform-terms.ts';

const pod = (atMs: number, name: string, isScheduled: boolean): Sighting => ({
  ...{ atMs, kind: 'Pod', gone: false },
  pod: {
    metadata: { name, uid: name },
    status: { conditions: [{ type: 'PodScheduled', status: isScheduled ? 'True' : 'False' }] },
  } as unknown as Pod,
});
const pulled = (atMs: number, name: string, took: string): Sighting => ({
  ...{ atMs, kind: 'Event' },
  event: {
    metadata: { uid: `${name}-pulled` },
    involvedObject: { kind: 'Pod', name },
    reason: 'Pulled',
    message: `Successfully pulled image "x:1" in ${took} (${took} including waiting). Image size: 3 bytes.`,
  } as unknown as KubeEvent,
});
const times = (sightings: Sighting[]) => platformTerms(sightings, 1000, 9000).map(({ highMs }) => highMs);

test('what was pulled, and how long a Pod waited for its node, in that time', () => {
  const sightings = [
    ...[pod(1500, 'a', false), pod(3500, 'a', true), pod(1600, 'b', false), pod(1700, 'b', true)],
    ...[pulled(5000, 'a', '1.5s'), pulled(6000, 'b', '700ms')],
  ];
  expect(platformTerms(sightings, 1000, 9000)).toEqual([
    { title: 'platform: an image was pulled, as measured: 1.5 s', lowMs: 0, highMs: 1500 },
    { title: 'platform: a Pod waited for its node, as measured: 2 s', lowMs: 0, highMs: 2000 },
  ]);
});

test('of a Pod that had waited before, what it waited in that time', () =>
  expect(times([pod(200, 'a', false), pod(1700, 'a', true)])).toEqual([700]));

test.each<[string, Sighting[]]>([
  ['nothing', []],
  ['a Pod that had its node at once', [pod(1500, 'a', true), pod(8000, 'a', true)]],
  ['so little that nobody asks', [pod(1500, 'a', false), pod(1550, 'a', true), pulled(1600, 'a', '20ms')]],
  ['what was before, and after', [pod(100, 'a', false), pod(900, 'a', true), pulled(950, 'a', '8s'), pulled(9500, 'a', '8s')]],
  ['one that gets its node after it', [pod(2000, 'a', false), pod(9500, 'a', true)]],
  ['what was pulled for a Pod of the lab’s own', [pulled(2000, 'shoplab-loader', '8s')]],
])('%s adds nothing', (_name, sightings) => expect(times(sightings)).toEqual([]));
