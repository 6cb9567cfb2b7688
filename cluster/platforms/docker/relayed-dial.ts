import { connect, type Socket } from 'node:net';
import { type Dial, dialDirectly, opened, type Place } from '../../dial.ts';
import type { LabNetwork } from '../../network.ts';
import { takeLine } from './in-network/take-line.ts';

/** This machine's end of the relay (in-network/pod-relay.ts). */
export interface Relay {
  /**
   * Reaches addresses of the lab's network through the relay; others directly. Fails for a place as a direct connection would; where the relay itself
   * does not answer the error has no code, so that nobody takes it for the Pod's.
   */
  dial: Dial;
  /** Takes a line that the relay wrote: whose connection was reset, which what forwards its port may not pass on. */
  hear(line: string): void;
}

/** More are never being opened at once; what is said of older ones is about connections that are gone. */
const mostOpening = 10_000;

export function relayAt(place: Place, network: LabNetwork): Relay {
  const sockets = new Map<number, Socket>();
  /** Of those whose connection is still being opened. */
  const early = new Set<number>();
  const breakOff = (socket: Socket | undefined): void =>
    void socket?.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  let last = 0;
  return {
    dial: async (to, signal) => {
      if (!network.has(to.host)) return dialDirectly(to, signal);
      last += 1;
      const number = last;
      const socket = await opened(connect({ ...place, allowHalfOpen: true, noDelay: true }), signal).catch((cause: Error) => {
        throw signal?.aborted ? cause : new Error(`the relay into the lab’s network does not answer: ${cause.message}`, { cause });
      });
      // Not everybody who is given it listens for what breaks it: TLS over it does not.
      socket.on('error', () => undefined);
      const opening = ask(socket, `${number} ${to.host} ${to.port}\n`, to, signal);
      socket.once('close', () => {
        sockets.delete(number);
        early.delete(number);
      });
      await opening;
      sockets.set(number, socket);
      // The line about it may have come sooner than the connection itself.
      if (early.delete(number)) setImmediate(breakOff, socket);
      return socket;
    },
    hear(line) {
      const [word, number] = line.split(' ');
      if (word !== 'reset') return;
      const socket = sockets.get(Number(number));
      if (socket) breakOff(socket);
      else if (Number(number) > last - mostOpening) early.add(Number(number));
    },
  };
}

/** Resolves when the relay has a connection to the place; the socket is destroyed where it has none. */
async function ask(socket: Socket, question: string, { host, port }: Place, signal: AbortSignal | undefined): Promise<void> {
  const stop = (): void => void socket.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    socket.write(question);
    const answer = await takeLine(socket).catch((cause: Error) => {
      throw new Error(`the relay into the lab’s network: ${cause.message}`, { cause });
    });
    if (answer !== 'ok') throw Object.assign(new Error(`connect ${answer} ${host}:${port}`), { code: answer });
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
