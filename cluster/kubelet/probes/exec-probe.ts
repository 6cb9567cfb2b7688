import { Writable } from 'node:stream';
import type { RunningContainer } from '../runtimes/runtime.ts';
import type { Outcome } from './probe-worker.ts';

const LONGEST_OUTPUT = 10 * 1024;

/** Success where the command exits with 0 within the time (pkg/probe/exec). */
export async function execProbe(container: RunningContainer, command: string[], timeoutMs: number): Promise<Outcome> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const output: Buffer[] = [];
  const collect = () =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        output.push(chunk);
        done();
      },
    });
  try {
    const code = await container.exec(command, { stdout: collect(), stderr: collect() }, timeout);
    if (code === 0) return { is: 'success' };
    return { is: 'failure', text: Buffer.concat(output).subarray(0, LONGEST_OUTPUT).toString() };
  } catch (error) {
    const title = command.join(' ');
    if (timeout.aborted) return { is: 'failure', text: `command timed out: "${title}" timed out after ${timeoutMs / 1000}s` };
    return { is: 'error', text: `failed to exec in container: ${(error as Error).message}`, state: 'unknown' };
  }
}
