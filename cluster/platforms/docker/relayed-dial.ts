import { connect } from 'node:net';
import { type Dial, dialDirectly, opened } from '../../dial.ts';
import type { LabNetwork } from '../../network.ts';
import { takeLine } from './in-network/take-line.ts';

/**
 * Dials addresses of the lab’s network through the relay (in-network/pod-relay.ts) that is published at `relay`; others directly. Fails for a place
 * as a direct connection would; where the relay itself does not answer the error has no code, so that nobody takes it for the Pod's.
 */
export const dialThrough = (relay: { host: string; port: number }, network: LabNetwork): Dial =>
  async function dialRelayed(place, signal) {
    if (!network.has(place.host)) return dialDirectly(place, signal);
    const socket = await opened(connect({ ...relay, allowHalfOpen: true, noDelay: true }), signal).catch((cause: Error) => {
      throw signal?.aborted ? cause : new Error(`the relay into the lab’s network does not answer: ${cause.message}`, { cause });
    });
    const stop = (): void => void socket.destroy();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      socket.write(`${place.host} ${place.port}\n`);
      const answer = await takeLine(socket).catch((cause: Error) => {
        throw new Error(`the relay into the lab’s network: ${cause.message}`, { cause });
      });
      if (answer !== 'ok') throw Object.assign(new Error(`connect ${answer} ${place.host}:${place.port}`), { code: answer });
      return socket;
    } catch (error) {
      socket.on('error', () => undefined).destroy();
      throw signal?.aborted ? signal.reason : error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  };
