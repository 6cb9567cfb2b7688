import { PassThrough, Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import type { ExecOptions } from '../../kubelet/node-api.ts';
import { badRequest } from '../errors.ts';
import type { ApiRequest, Backend } from '../requests/request.ts';
import { exitStatus, failureStatus } from './exec-status.ts';
import { containerOf, nodeOf } from './pod-of.ts';

/** The first byte of each message names the stream; `close` is followed by the stream that ended (v5 only). */
const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
export const execProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** A request that is fit to be run. */
export interface Exec {
  run(socket: WebSocket, stopping: AbortSignal): Promise<void>;
}

/** Checks a request for exec before its connection becomes a WebSocket. Throws 400, 404, 503. */
export function prepareExec(backend: Backend, request: ApiRequest): Exec {
  const { query, namespace, name } = request;
  const pod = backend.registry.get('Pod', namespace, name);
  const container = containerOf(pod, query.get('container'));
  if (!pod.spec?.nodeName) throw badRequest(`pod ${name} does not have a host assigned`);
  const command = query.getAll('command');
  const is = (flag: string): boolean => /^(true|1)$/.test(query.get(flag) ?? '');
  if (command.length === 0) throw badRequest('you must specify at least 1 command for the container');
  if (is('tty')) throw badRequest('tty: containers of this cluster are processes without a terminal; run it without -t');
  const node = nodeOf(backend);
  return {
    run: async (socket, stopping) => {
      const left = new AbortController();
      socket.on('close', () => left.abort());
      const streams = streamsOf(socket, { stdin: is('stdin'), stdout: is('stdout'), stderr: is('stderr') });
      await listens(socket);
      const status = await node
        .exec(namespace, name, { container, command, ...streams }, AbortSignal.any([left.signal, stopping]))
        .then(exitStatus, failureStatus);
      for (const stream of [streams.stdout, streams.stderr]) await ended(stream);
      socket.resume(); // what comes now is the client's close
      if (socket.readyState !== socket.OPEN) return;
      socket.send(frame(channels.error, Buffer.from(JSON.stringify(status))), () => socket.close(1000));
    },
  };
}

/** Until the client has answered or said something, or is gone. kubectl throws away what comes before it has its streams ("Unknown stream id"). */
function listens(socket: WebSocket): Promise<void> {
  return new Promise((done) => {
    for (const event of ['pong', 'message', 'close']) socket.once(event, () => done());
    socket.ping();
  });
}

const frame = (channel: number, data: Uint8Array): Buffer => Buffer.concat([Buffer.from([channel]), data]);

function streamsOf(
  socket: WebSocket,
  wants: { stdin: boolean; stdout: boolean; stderr: boolean },
): Pick<ExecOptions, 'stdin' | 'stdout' | 'stderr'> {
  const output = (channel: number): Writable =>
    new Writable({
      write: (data: Buffer, _encoding, done) => {
        if (socket.readyState !== socket.OPEN) return done();
        // The next part is taken when this one has gone out: the command waits for a slow client.
        socket.send(frame(channel, data), () => done());
      },
    });
  const stdin = wants.stdin ? new PassThrough() : undefined;
  socket.on('message', (message) => {
    const data = message as Buffer;
    if (data[0] === channels.stdin && data.length > 1 && stdin && !stdin.write(data.subarray(1))) {
      socket.pause();
      stdin.once('drain', () => socket.resume());
    }
    if (data[0] === channels.close && data[1] === channels.stdin) stdin?.end();
  });
  socket.on('close', () => stdin?.end());
  return {
    ...(stdin && { stdin }),
    ...(wants.stdout && { stdout: output(channels.stdout) }),
    ...(wants.stderr && { stderr: output(channels.stderr) }),
  };
}

/** Ends the stream, if the node has not, and waits until all of it has gone out. */
async function ended(stream: Writable | undefined): Promise<void> {
  if (!stream || stream.destroyed || stream.writableFinished) return;
  await new Promise<void>((done) => {
    stream
      .once('finish', done)
      .once('close', done)
      .once('error', () => done());
    if (!stream.writableEnded) stream.end();
  });
}
