import { interrupted } from '../links/stub.ts';
import type { ToxicKind } from './toxic.ts';

/** Lets nothing pass, and ends the connection when nothing has come for `timeout` milliseconds; 0: never. Removed it ends it too. */
export const timeout: ToxicKind<{ timeout: number }> = {
  type: 'timeout',
  goName: 'TimeoutToxic',
  attributes: ['timeout'],
  async pipe(attributes, stub) {
    const { timeout: ms } = attributes;
    for (;;) {
      const chunk = ms > 0 ? await stub.receiveWithin(ms) : await stub.receive();
      if (chunk === interrupted) return;
      if (chunk === null || chunk === undefined) return stub.close();
    }
  },
  cleanUp: (stub) => stub.close(),
};
