import type { Lab } from '../../engine/experiment.ts';
import { BreakerLog } from './breaker-log.ts';

interface Asked {
  answer(state: string): void;
}

/** A lab whose order answers when the test says so. */
function slowOrder(): { log: BreakerLog; asked: Asked[] } {
  const asked: Asked[] = [];
  let now = 0;
  const http = () =>
    new Promise((resolve) => {
      asked.push({ answer: (state) => resolve({ status: 200, body: `breaker_state{state="${state}"} 1\n` }) });
    });
  const lab = { http, signal: new AbortController().signal, elapsedMs: () => (now += 1) };
  return { log: BreakerLog.of(lab as unknown as Lab), asked };
}

test('a look that takes long does not keep others from seeing; its own answer is then too old to be kept', async () => {
  const { log, asked } = slowOrder();
  expect(await log.glance()).toBeUndefined();
  const second = log.glance();
  asked[1]?.answer('open');
  expect((await second)?.state).toBe('open');
  const first = log.look();
  asked[0]?.answer('closed');
  asked[2]?.answer('half-open');
  await first;
  expect(log.readings.map(({ state }) => state)).toEqual(['open', 'half-open']);
});
