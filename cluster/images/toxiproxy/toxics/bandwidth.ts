import { interrupted } from '../links/stub.ts';
import type { ToxicKind } from './toxic.ts';

/** What is more than a tenth of a second's worth is sent in pieces of it. */
const sliceMs = 100;

/** Lets at most `rate` KB pass in a second; 0: nothing. */
export const bandwidth: ToxicKind<{ rate: number }> = {
  type: 'bandwidth',
  goName: 'BandwidthToxic',
  attributes: ['rate'],
  async pipe(attributes, stub) {
    let owedMs = 0;
    for (;;) {
      const chunk = await stub.receive();
      if (chunk === interrupted) return;
      if (chunk === null) return stub.close();
      let { data } = chunk;
      owedMs = attributes.rate <= 0 ? 0 : owedMs + data.length / attributes.rate;
      while (data.length > attributes.rate * sliceMs) {
        if ((await stub.sleep(sliceMs)) === interrupted) return stub.send({ ...chunk, data });
        const size = Math.max(0, attributes.rate * sliceMs);
        if (size > 0) await stub.send({ ...chunk, data: data.subarray(0, size) });
        data = data.subarray(size);
        owedMs -= sliceMs;
      }
      const startedMs = performance.now();
      const woken = await stub.sleep(owedMs);
      // A timer is late by a little, which the next need not wait again.
      owedMs -= performance.now() - startedMs;
      await stub.send({ ...chunk, data });
      if (woken === interrupted) return;
    }
  },
};
