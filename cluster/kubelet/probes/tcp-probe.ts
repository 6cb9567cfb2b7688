import type { Dial } from '../../dial.ts';
import { dialError } from './go-error.ts';
import type { Outcome } from './probe-worker.ts';

/** Success where a connection opens within the time (pkg/probe/tcp). */
export async function tcpProbe(dial: Dial, host: string, port: number, timeoutMs: number): Promise<Outcome> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    (await dial({ host, port }, signal)).on('error', () => undefined).destroy();
    return { is: 'success' };
  } catch (error) {
    const text = signal.aborted ? `dial tcp ${host}:${port}: i/o timeout` : dialError(error as NodeJS.ErrnoException, host, port);
    return { is: 'failure', text };
  }
}
