import type { EndpointSlice, KubeEvent, Pod } from './kube/workloads.ts';
import { PlatformTimes } from './platform-times.ts';

let nowMs = 0;
const times = new PlatformTimes(() => nowMs);
const at = (ms: number): PlatformTimes => {
  nowMs = ms;
  return times;
};
const pod = (name: string, ...conditions: string[]) =>
  ({ metadata: { name, uid: name }, status: { conditions: conditions.map((type) => ({ type, status: 'True' })) } }) as unknown as Pod;
const event = (uid: string, reason: string, message: string) => ({ metadata: { uid }, reason, message }) as unknown as KubeEvent;
const slice = (name: string, ready: boolean) =>
  ({ endpoints: [{ conditions: { ready }, targetRef: { kind: 'Pod', name } }] }) as unknown as EndpointSlice;

test('scheduling, pulls and endpoints are told by the slowest, the API server by its usual answer', () => {
  expect(at(0).measurements([])).toEqual([
    expect.objectContaining({ id: 'api-latency', value: null }),
    expect.objectContaining({ id: 'image-pull', value: 0 }),
    expect.objectContaining({ id: 'scheduling', value: null }),
    expect.objectContaining({ id: 'endpoint-propagation', value: null }),
  ]);
  at(100).pod(pod('a'), false);
  at(100).pod(pod('b', 'PodScheduled'), false);
  at(130).pod(pod('a', 'PodScheduled'), false);
  at(140).event(event('1', 'Pulled', 'Successfully pulled image "x:1" in 1m2.5s (1m3s including waiting). Image size: 3 bytes.'));
  at(140).event(event('2', 'Pulled', 'Container image "y:1" already present on machine'));
  at(200).pod(pod('a', 'PodScheduled', 'Ready'), false);
  at(210).endpoints(slice('a', false));
  at(245).endpoints(slice('a', true));
  at(900).endpoints(slice('a', true));
  // The other watch was sooner.
  at(950).endpoints(slice('b', true));
  at(960).pod(pod('b', 'PodScheduled', 'Ready'), false);
  expect(Object.fromEntries(times.measurements([9, 1, 2]).map(({ id, value }) => [id, value]))).toEqual({
    ...{ 'api-latency': 2, 'image-pull': 63_000, scheduling: 30, 'endpoint-propagation': 45 },
  });
});
