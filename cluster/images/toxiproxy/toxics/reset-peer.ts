import { setTimeout as pause } from 'node:timers/promises';
import { interrupted } from '../links/stub.ts';
import type { ToxicKind } from './toxic.ts';

/** Ends the connection by a TCP reset, `timeout` milliseconds after the first data came; what came is lost. */
export const resetPeer: ToxicKind<{ timeout: number }> = {
  type: 'reset_peer',
  goName: 'ResetToxic',
  attributes: ['timeout'],
  resets: true,
  async pipe(attributes, stub) {
    const { timeout } = attributes;
    if ((await stub.receive()) === interrupted) return;
    await pause(timeout);
    stub.close();
  },
};
