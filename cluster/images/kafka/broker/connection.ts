import type { Socket } from 'node:net';
import type { Api, Request } from './apis/api.ts';
import { apis, tooNewApiVersions } from './apis/apis.ts';
import type { BrokerState } from './broker-state.ts';
import { RequestReader } from './request-reader.ts';
import type { ResponseWriter } from './response-writer.ts';

/** Kafka's socket.request.max.bytes: a larger frame is not Kafka. */
const maxRequestBytes = 104_857_600;

/** One client: frames in, answers out in the order of the requests, as the protocol demands. Ends with a line in the log where a request makes no sense. */
export class Connection {
  private readonly socket: Socket;
  private readonly state: BrokerState;
  private readonly log: (line: string) => void;
  private readonly gone = new AbortController();
  private chunks: Buffer[] = [];
  private received = 0;
  private awaited = 4;
  private lastAnswer: Promise<void> = Promise.resolve();

  constructor(socket: Socket, state: BrokerState, log: (line: string) => void) {
    this.socket = socket;
    this.state = state;
    this.log = log;
    socket.on('data', (chunk) => this.receive(chunk));
    socket.on('close', () => this.gone.abort());
    socket.on('error', (error) => log(`connection of ${socket.remoteAddress} broke: ${error.message}`));
  }

  private receive(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.received += chunk.length;
    if (this.received < this.awaited) return;
    let buffer = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks);
    this.awaited = 4;
    while (buffer.length >= 4) {
      const size = buffer.readInt32BE(0) + 4;
      if (size < 4 || size > maxRequestBytes) {
        this.refuse(`a request of ${size - 4} bytes is not Kafka's protocol`);
        return;
      }
      if (buffer.length < size) {
        this.awaited = size;
        break;
      }
      this.handle(buffer.subarray(4, size));
      if (this.socket.destroyed) return;
      buffer = buffer.subarray(size);
    }
    this.chunks = buffer.length > 0 ? [buffer] : [];
    this.received = buffer.length;
  }

  private handle(frame: Buffer): void {
    try {
      const body = new RequestReader(frame);
      const key = body.int16();
      const version = body.int16();
      const correlationId = body.int32();
      const clientId = body.string();
      const api = apis.get(key);
      if (!api) throw new Error(`API ${key} is not served (transactions, quotas and the like are not)`);
      const request = { version, clientId, clientHost: this.socket.remoteAddress ?? '', body, gone: this.gone.signal };
      this.answer(correlationId, this.ask(api, request));
    } catch (error) {
      this.refuse(error instanceof Error ? error.message : String(error));
    }
  }

  private ask(api: Api, request: Request): ResponseWriter | null | Promise<ResponseWriter | null> {
    const { version } = request;
    if (version >= api.minVersion && version <= api.maxVersion) return api.handle(request, this.state);
    if (api.key === 18) return tooNewApiVersions();
    throw new Error(`${api.name} version ${version} is not served, only ${api.minVersion} to ${api.maxVersion}`);
  }

  /** The work of a request begins at once; only its answer waits for those before it. */
  private answer(correlationId: number, response: ResponseWriter | null | Promise<ResponseWriter | null>): void {
    const ready = Promise.resolve(response);
    this.lastAnswer = this.lastAnswer
      .then(() => ready)
      .then((writer) => {
        if (!writer || this.socket.destroyed) return;
        this.socket.cork();
        for (const part of writer.finish(correlationId)) this.socket.write(part);
        this.socket.uncork();
      })
      .catch((error: unknown) => this.refuse(error instanceof Error ? error.message : String(error)));
  }

  private refuse(reason: string): void {
    this.log(`connection of ${this.socket.remoteAddress}:${this.socket.remotePort} closed: ${reason}`);
    this.socket.destroy();
  }
}
