import type { Socket } from 'node:net';

/**
 * Ends a connection by RST and nothing before it. Node's own resetAndDestroy sends a FIN first, which the reader of a body without a length
 * takes for its good end; the mark that it sets is all that is used of it.
 */
export function reset(socket: Socket): void {
  Object.assign(socket, { resetAndClosing: true });
  socket.destroy();
}
