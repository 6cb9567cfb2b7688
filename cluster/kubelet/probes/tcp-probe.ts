import { connect } from 'node:net';
import { dialError } from './go-error.ts';
import type { Outcome } from './probe-worker.ts';

/** Success where a connection opens within the time (pkg/probe/tcp). */
export function tcpProbe(host: string, port: number, timeoutMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (outcome: Outcome): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => finish({ is: 'failure', text: `dial tcp ${host}:${port}: i/o timeout` }), timeoutMs);
    socket.once('connect', () => finish({ is: 'success' }));
    socket.once('error', (error) => finish({ is: 'failure', text: dialError(error, host, port) }));
  });
}
