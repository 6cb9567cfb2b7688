import type { KubeEvent, Pod } from './kube/workloads.ts';
import { NamespaceLines, workloadOf } from './namespace-lines.ts';

const pod = (name: string, restartCount: number, owner = { kind: 'ReplicaSet', name: 'delivery-6c7', uid: 'r' }): Pod => ({
  metadata: { name, uid: name, labels: { 'pod-template-hash': '6c7' }, ownerReferences: [owner] },
  status: { containerStatuses: [{ name: 'delivery', ready: true, restartCount }] },
});
const unhealthy = (uid: string, message: string, count = 1): KubeEvent => ({
  metadata: { uid, name: uid },
  reason: 'Unhealthy',
  message,
  count,
  involvedObject: { kind: 'Pod', name: 'delivery-6c7-a' },
});

function lines(): { lines: NamespaceLines; plotted: [string, number][] } {
  const plotted: [string, number][] = [];
  return { lines: new NamespaceLines((id, _title, _unit, value) => plotted.push([id, value])), plotted };
}

test('a Pod belongs to its Deployment, its StatefulSet, or itself', () => {
  expect(workloadOf(pod('delivery-6c7-a', 0))).toBe('delivery');
  expect(workloadOf(pod('kafka-0', 0, { kind: 'StatefulSet', name: 'kafka', uid: 's' }))).toBe('kafka');
  expect(workloadOf({ metadata: { name: 'alone', uid: 'u' } })).toBe('alone');
});

test('ready Pods are steps: the former count goes on until the change', () => {
  const { lines: to, plotted } = lines();
  const deployment = (readyReplicas?: number) => ({
    metadata: { name: 'delivery', uid: 'd' },
    spec: { selector: {} },
    status: readyReplicas === undefined ? {} : { readyReplicas },
  });
  for (const count of [undefined, undefined, 1, 1, 0]) to.deployment(deployment(count));
  to.end();
  expect(plotted.map(([, value]) => value)).toEqual([0, 0, 1, 1, 0, 0]);
});

test('restarts are those of all Pods that the workload ever had', () => {
  const { lines: to, plotted } = lines();
  to.pod(pod('delivery-6c7-a', 0));
  to.pod(pod('delivery-6c7-a', 2));
  to.pod(pod('delivery-6c7-b', 0)); // a is gone: what it had still counts
  to.pod(pod('delivery-6c7-b', 1));
  expect(plotted.at(-1)).toEqual(['restarts-delivery', 3]);
  expect(plotted.map(([, value]) => value)).toEqual([0, 0, 2, 2, 3]);
});

test('failed probes are counted by kind, once however often an Event is seen', () => {
  const { lines: to, plotted } = lines();
  const pods = [pod('delivery-6c7-a', 0)];
  to.event(unhealthy('1', 'Readiness probe failed: HTTP probe failed with statuscode: 503'), pods);
  to.event(unhealthy('1', 'Readiness probe failed: HTTP probe failed with statuscode: 503', 4), pods);
  to.event(unhealthy('1', 'Readiness probe failed: HTTP probe failed with statuscode: 503', 4), pods);
  to.event(unhealthy('2', 'Readiness probe errored: context deadline exceeded'), pods);
  to.event(unhealthy('3', 'Liveness probe failed: x'), pods);
  to.event({ ...unhealthy('4', 'Back-off restarting failed container'), reason: 'BackOff' }, pods);
  to.end();
  expect(Object.fromEntries(plotted)).toEqual({ 'probe-failures-delivery-readiness': 5, 'probe-failures-delivery-liveness': 1 });
});
