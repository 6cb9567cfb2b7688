import { PassThrough, type Readable } from 'node:stream';
import type Dockerode from 'dockerode';

/** Runs a command in a container of the engine, and answers its exit code and what it wrote. `input`: its stdin. */
export async function execInContainer(
  docker: Dockerode,
  container: string,
  command: string[],
  input?: Readable,
): Promise<{ code: number; out: string; err: string }> {
  const exec = await docker.getContainer(container).exec({
    Cmd: command,
    AttachStdout: true,
    AttachStderr: true,
    AttachStdin: input !== undefined,
  });
  const stream = await exec.start({ hijack: true, stdin: input !== undefined });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = { out: '', err: '' };
  stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
  stderr.on('data', (chunk: Buffer) => (texts.err += chunk.toString()));
  docker.modem.demuxStream(stream, stdout, stderr);
  const ended = new Promise<void>((resolve, reject) => {
    for (const event of ['end', 'close']) stream.once(event, resolve);
    // A command that ends without reading all of its input says why by its exit code.
    stream.on('error', (error: NodeJS.ErrnoException) =>
      input && ['EPIPE', 'ECONNRESET'].includes(error.code ?? '') ? resolve() : reject(error),
    );
    input?.once('error', reject);
  });
  input?.pipe(stream as unknown as NodeJS.WritableStream);
  try {
    await ended;
  } finally {
    input?.destroy();
  }
  const { ExitCode } = await exec.inspect();
  return { code: ExitCode ?? -1, ...texts };
}
