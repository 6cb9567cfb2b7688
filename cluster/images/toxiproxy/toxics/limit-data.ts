import { interrupted } from '../links/stub.ts';
import type { ToxicKind } from './toxic.ts';

/** Ends the connection when `bytes` have passed. */
export const limitData: ToxicKind<{ bytes: number }> = {
  type: 'limit_data',
  goName: 'LimitDataToxic',
  attributes: ['bytes'],
  newState: () => ({ passed: 0 }),
  async pipe(attributes, stub) {
    const state = stub.state as { passed: number };
    for (;;) {
      const chunk = await stub.receive();
      if (chunk === interrupted) return;
      if (chunk === null) return stub.close();
      const data = chunk.data.subarray(0, Math.max(0, attributes.bytes - state.passed));
      if (data.length > 0) {
        await stub.send({ ...chunk, data });
        state.passed += data.length;
      }
      if (state.passed >= attributes.bytes) return stub.close();
    }
  },
};
