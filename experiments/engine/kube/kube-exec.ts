import { PassThrough, type Readable, Writable } from 'node:stream';
import type { KubeConfig } from '@kubernetes/client-node';
import type { ExecResult, PodStream } from '../experiment.ts';
import { KubeError } from './kube-error.ts';

const answerWithinMs = 30_000;

interface ExecStatus {
  status?: string;
  message?: string;
  reason?: string;
  code?: number;
  details?: { causes?: { reason?: string; message?: string }[] };
}

interface Place {
  namespace: string;
  pod: string;
  container: string;
}

/** What an exec is called in messages. */
const titleOf = (command: string[], { pod, container }: Place): string =>
  `exec of ${command.join(' ')} in container ${container} of Pod ${pod}`;

/** Begins an exec (a WebSocket); `status` is what ended it, once it has. Rejects where there is no connection. */
async function begin(
  config: KubeConfig,
  place: Place,
  command: string[],
  { stdin = null, stdout, stderr }: { stdin?: Readable | null; stdout: Writable; stderr: Writable },
) {
  const { Exec } = await import('@kubernetes/client-node');
  let told: ExecStatus | undefined;
  const socket = await new Exec(config)
    .exec(place.namespace, place.pod, place.container, command, stdout, stderr, stdin, false, (status) => {
      told = status;
    })
    .catch((error: Error) => {
      throw new Error(`${titleOf(command, place)}: ${error.message}`, { cause: error });
    });
  return { socket, status: () => told };
}

/**
 * Runs a command in a container by the exec subresource, and answers what it wrote and its exit code. A command that ends its own container takes
 * the connection with it: `exitCode` is null then. Rejects where it could not be started, or says nothing for 30 s.
 */
export async function execInPod(config: KubeConfig, place: Place, command: string[]): Promise<ExecResult> {
  const [stdout, stderr] = [new Text(), new Text()];
  const target = titleOf(command, place);
  const { socket, status } = await begin(config, place, command, { stdout, stderr });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.close();
      reject(new Error(`${target} has not ended after ${answerWithinMs / 1000} s`));
    }, answerWithinMs);
    socket.onclose = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  const told = status();
  const exitCode = exitCodeOf(told);
  if (exitCode === undefined) throw new KubeError(told?.code ?? 500, told?.reason ?? '', `${target}: ${told?.message ?? 'no status'}`);
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

/** Runs a command in a container by the exec subresource, and hands out its streams. Rejects where there is no connection. */
export async function streamFromPod(config: KubeConfig, place: Place, command: string[]): Promise<PodStream> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const { socket, status } = await begin(config, place, command, { stdin, stdout, stderr });
  const ended = new Promise<number | null>((resolve) => {
    socket.onclose = () => {
      const told = status();
      const code = exitCodeOf(told);
      // It never ran: the API says why.
      if (code === undefined) stderr.write(told?.message ?? '');
      for (const stream of [stdin, stdout, stderr]) stream.end();
      resolve(code ?? null);
    };
  });
  // What breaks the connection closes it, too.
  socket.onerror = () => undefined;
  return { stdin, stdout, stderr, ended, close: () => socket.close() };
}

/** From the status that ends an exec: 0 for Success, the cause ExitCode for NonZeroExitCode; null where none came; undefined: it never ran. */
export function exitCodeOf(status: ExecStatus | undefined): number | null | undefined {
  if (status === undefined) return null;
  if (status.status === 'Success') return 0;
  if (status.reason !== 'NonZeroExitCode') return undefined;
  return Number(status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message);
}

class Text extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}
