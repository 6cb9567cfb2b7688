import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An address and port of the lab's network, of a Pod as a rule. */
export interface Place {
  host: string;
  port: number;
}

/**
 * Opens a TCP connection from the node, as the kubelet and kube-proxy do. Rejects as `connect` of node:net fails (code ECONNREFUSED and so on), or
 * with the signal's reason. The signal ends the wait alone, not the connection.
 */
export type Dial = (place: Place, signal?: AbortSignal) => Promise<Socket>;

/** Where the lab's addresses are addresses of this machine, or of a network that it is in. */
export const dialDirectly: Dial = async (place, signal) => opened(connect({ ...place, allowHalfOpen: true, noDelay: true }), signal);

/** The socket once it is connected; it is destroyed where that fails. */
export async function opened(socket: Socket, signal?: AbortSignal): Promise<Socket> {
  try {
    await once(socket, 'connect', signal && { signal });
    return socket;
  } catch (error) {
    // Whoever waited knows already.
    socket.on('error', () => undefined).destroy();
    throw signal?.aborted ? signal.reason : error;
  }
}
