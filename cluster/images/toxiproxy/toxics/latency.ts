import { chance } from '../chance.ts';
import { interrupted } from '../links/stub.ts';
import type { ToxicKind } from './toxic.ts';

/** Lets each chunk wait `latency` ± `jitter` milliseconds, counted from when it came. */
export const latency: ToxicKind<{ latency: number; jitter: number }> = {
  type: 'latency',
  goName: 'LatencyToxic',
  attributes: ['latency', 'jitter'],
  bufferSize: 1024,
  async pipe(attributes, stub) {
    for (;;) {
      const chunk = await stub.receive();
      if (chunk === interrupted) return;
      if (chunk === null) return stub.close();
      const sleepMs = delayMs(attributes, chance()) - (performance.now() - chunk.atMs);
      const woken = await stub.sleep(sleepMs);
      chunk.atMs += woken === interrupted ? 0 : sleepMs;
      await stub.send(chunk);
      if (woken === interrupted) return;
    }
  },
};

/** Whole milliseconds, evenly from latency - jitter to just below latency + jitter. `random`: 0..1 */
export const delayMs = ({ latency, jitter }: { latency: number; jitter: number }, random: number): number =>
  jitter > 0 ? latency - jitter + Math.floor(random * jitter * 2) : latency;
