import { interrupted } from '../links/stub.ts';
import type { ToxicKind } from './toxic.ts';

/** Lets the end of a connection wait `delay` milliseconds. */
export const slowClose: ToxicKind<{ delay: number }> = {
  type: 'slow_close',
  goName: 'SlowCloseToxic',
  attributes: ['delay'],
  async pipe(attributes, stub) {
    for (;;) {
      const chunk = await stub.receive();
      if (chunk === interrupted) return;
      if (chunk === null) {
        if ((await stub.sleep(attributes.delay)) !== interrupted) stub.close();
        return;
      }
      await stub.send(chunk);
    }
  },
};
