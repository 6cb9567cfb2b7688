import type { Sample } from '../../engine/experiment.ts';
import { predictLost } from './predict-lost.ts';

const sample = (dueMs: number, connection: number, servedBy?: string): Sample => ({
  dueMs,
  lateMs: 0,
  latencyMs: 1,
  status: servedBy ? 200 : 0,
  error: servedBy ? '' : 'timeout',
  connection,
  ...(servedBy && { servedBy }),
});
/** Four connections, two to each Pod, of which `a` hangs from 1000 on. */
const before = [sample(0, 1, 'a'), sample(100, 2, 'b'), sample(200, 3, 'a'), sample(300, 4, 'b')];
const hang = { pod: 'a', fromMs: 1000, untilMs: 3000, unreadyMs: 2000, readyPods: 2 };

test('on a connection to the hung Pod a request is lost, on another it is not', () => {
  const samples = [...before, sample(1000, 1), sample(1100, 2, 'b'), sample(1200, 3), sample(1300, 4, 'b')];
  expect(predictLost({ ...hang, samples })).toEqual({ onPod: 2, connections: 4, requests: 4, lost: 2, predictedLost: 2 });
});

test('a new connection goes to it by chance while it is ready, and not after; once answered it is known', () => {
  const samples = [...before, sample(1500, 5), sample(1600, 6, 'b'), sample(1700, 6, 'b'), sample(2100, 7, 'b')];
  expect(predictLost({ ...hang, samples })).toMatchObject({ requests: 4, lost: 1, predictedLost: 1, onPod: 2, connections: 4 });
});

test('what counts is when the new connection was opened, not when it was used', () => {
  const early = { ...sample(2100, 5), connectedMs: 1900 };
  expect(predictLost({ ...hang, samples: [...before, early] }).predictedLost).toBe(0.5);
});

test('what was due before and after does not count', () => {
  const samples = [...before, sample(999, 1), sample(3000, 1)];
  expect(predictLost({ ...hang, samples })).toMatchObject({ requests: 0, lost: 0, predictedLost: 0 });
});

test('without connections of their own nothing is known', () => {
  const samples = [...before, sample(1000, 1)].map(({ connection: _, ...rest }) => rest);
  expect(predictLost({ ...hang, samples }).connections).toBe(0);
});
