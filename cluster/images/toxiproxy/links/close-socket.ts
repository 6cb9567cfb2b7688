import type { Socket } from 'node:net';

const resetting = new WeakSet<Socket>();

/** From now on this socket ends by a reset (SO_LINGER 0), however it is closed. */
export function resetOnClose(socket: Socket): void {
  resetting.add(socket);
}

/** Closes both ways, as close(2) does: what was written goes out first, unless the socket is to be reset. */
export function closeSocket(socket: Socket): void {
  if (resetting.has(socket)) socket.resetAndDestroy();
  else socket.destroySoon();
}
