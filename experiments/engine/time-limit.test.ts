import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { timeLimit } from './time-limit.ts';

const aborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason), { once: true }));

test('it aborts after its time, also where nobody but a listener holds it and garbage is collected', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const reasons = Array.from({ length: 20 }, () => aborted(timeLimit(100).signal));
  collect();
  for (const reason of await Promise.all(reasons)) expect(reason).toMatchObject({ name: 'TimeoutError' });
});

test('it aborts with another signal, at once where that has', async () => {
  const other = new AbortController();
  const waiting = aborted(timeLimit(60_000, other.signal).signal);
  other.abort('SIGINT');
  expect(await waiting).toBe('SIGINT');
  const late = timeLimit(60_000, other.signal);
  expect(late.signal).toMatchObject({ aborted: true, reason: 'SIGINT' });
  late.clear();
});

test('cleared it never aborts', async () => {
  const other = new AbortController();
  const limit = timeLimit(20, other.signal);
  limit.clear();
  other.abort();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(limit.signal.aborted).toBe(false);
});
