import { podRow, serviceRow } from './lab-contents.ts';

const spec = { containers: [{ name: 'order' }] };
const container = { name: 'order', image: 'x', imageID: 'x', restartCount: 2 };

test.each([
  ['runs', { phase: 'Running', containerStatuses: [{ ...container, ready: true, state: { running: {} } }] }, undefined, '1/1 Running 2'],
  [
    'is backed off',
    { phase: 'Running', containerStatuses: [{ ...container, ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
    undefined,
    '0/1 CrashLoopBackOff 2',
  ],
  ['is on its way out', { phase: 'Running', containerStatuses: [{ ...container, ready: true }] }, new Date(0), '1/1 Terminating 2'],
  ['has just been made', {}, undefined, '0/1 Unknown 0'],
])('a Pod that %s', (_, status, deletionTimestamp, row) => {
  const { ready, status: shown, restarts } = podRow({ metadata: { name: 'a', namespace: 'shop', deletionTimestamp }, spec, status });
  expect(`${ready} ${shown} ${restarts}`).toBe(row);
});

test('a LoadBalancer answers on localhost, a ClusterIP nowhere outside', () => {
  const metadata = { name: 'order', namespace: 'shop' };
  const ports = [{ port: 8081 }];
  expect(serviceRow({ metadata, spec: { ports }, status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } } }).urls).toEqual([
    'http://localhost:8081',
  ]);
  expect(serviceRow({ metadata, spec: { ports } }).urls).toEqual([]);
});
