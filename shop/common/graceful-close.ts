import type { Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate as afterReading } from 'node:timers/promises';

/** A kept-alive connection that nobody used for so long is let go: a client in the middle of its work comes back sooner. */
const idleMs = 1000;
const lookMs = 20;

export interface GracefulCloseOptions {
  /** How long it may take altogether; what is left then is cut. */
  timeoutMs: number;
  /** Called where something was cut. */
  onCut(): void;
}

/** How to close a server without a request lost. */
export type GracefulClose = (options: GracefulCloseOptions) => Promise<void>;

/**
 * Watches the connections of a server from its start on, and answers how to close it. Node's own `close` ends each connection without a request
 * at once, and with it what a client is just sending on it: the client gets a reset for a request that was never read. Here a connection ends
 * with an answer that says so (the app's part: `connection: close`), or once nobody used it for a second.
 */
export function gracefulClose(server: Server): GracefulClose {
  /** When each connection was last used; undefined while a request is in flight. */
  const usedAt = new Map<Socket, number | undefined>();
  server.on('connection', (socket) => {
    usedAt.set(socket, performance.now());
    socket.on('close', () => usedAt.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    usedAt.set(socket, undefined);
    response.on('close', () => usedAt.has(socket) && usedAt.set(socket, performance.now()));
  });

  return async ({ timeoutMs, onCut }) => {
    const startedMs = performance.now();
    // What already came is accepted and read first: a process that did not get the CPU for a while finds both that and an expired timer.
    await afterReading();
    const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
    const look = async (): Promise<void> => {
      await afterReading();
      const now = performance.now();
      for (const [socket, at] of usedAt) if (at !== undefined && now - at >= idleMs) socket.destroy();
      if (now - startedMs < timeoutMs) return;
      if ([...usedAt.values()].includes(undefined)) onCut();
      server.closeAllConnections();
    };
    const looks = setInterval(look, lookMs);
    await look();
    await closed;
    clearInterval(looks);
  };
}
