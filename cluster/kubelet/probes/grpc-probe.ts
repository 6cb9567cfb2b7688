import { type ClientHttp2Session, connect } from 'node:http2';
import type { Dial } from '../../dial.ts';
import type { Outcome } from './probe-worker.ts';

const STATUS = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const CODES = ['OK', 'Canceled', 'Unknown', 'InvalidArgument', 'DeadlineExceeded', 'NotFound'];
const UNIMPLEMENTED = 12;

/** grpc.health.v1.Health/Check, without TLS (pkg/probe/grpc); the messages have one field each, so no gRPC library is needed. */
export async function grpcProbe(dial: Dial, host: string, port: number, service: string, timeoutMs: number): Promise<Outcome> {
  const address = `${host}:${port}`;
  const late = AbortSignal.timeout(timeoutMs);
  let connected = false;
  let session: ClientHttp2Session | undefined;
  try {
    const socket = await dial({ host, port }, late);
    const open = connect(`http://${address}`, { createConnection: () => socket });
    session = open;
    const failed = new Promise<never>((_, reject) => {
      open.once('error', reject);
      late.addEventListener('abort', () => reject(late.reason), { once: true });
    });
    open.once('remoteSettings', () => {
      connected = true;
    });
    const answer = await Promise.race([check(open, service), failed]);
    if (answer.code === UNIMPLEMENTED)
      return {
        is: 'failure',
        text: `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${answer.message}`,
      };
    if (answer.code !== 0)
      return {
        is: 'failure',
        text: `error: health rpc probe failed: rpc error: code = ${CODES[answer.code] ?? answer.code} desc = ${answer.message}`,
      };
    const status = STATUS[answer.status] ?? String(answer.status);
    return status === 'SERVING' ? { is: 'success' } : { is: 'failure', text: `service unhealthy (responded with "${status}")` };
  } catch (error) {
    const why = late.aborted ? 'context deadline exceeded' : (error as Error).message;
    if (connected) return { is: 'failure', text: `timeout: health rpc did not complete within ${timeoutMs / 1000}s` };
    return { is: 'failure', text: `timeout: failed to connect service "${address}" within ${timeoutMs / 1000}s: ${why}` };
  } finally {
    session?.destroy();
  }
}

interface Answer {
  code: number;
  message: string;
  status: number;
}

function check(session: ClientHttp2Session, service: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      'user-agent': 'kube-probe/1.34',
      te: 'trailers',
    });
    let trailers: Record<string, unknown> = {};
    const body: Buffer[] = [];
    stream.once('response', (headers) => {
      trailers = { ...headers };
    });
    stream.once('trailers', (more) => {
      trailers = { ...trailers, ...more };
    });
    stream.on('data', (chunk: Buffer) => body.push(chunk));
    stream.once('error', reject);
    stream.once('end', () => {
      const text = decodeURIComponent(String(trailers['grpc-message'] ?? ''));
      resolve({ code: Number(trailers['grpc-status'] ?? 2), message: text, status: statusOf(Buffer.concat(body)) });
    });
    stream.end(requestMessage(service));
  });
}

/** Length-prefixed HealthCheckRequest { service = 1 }. */
function requestMessage(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length > 0 ? Buffer.concat([Buffer.from([0x0a, name.length]), name]) : name;
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** HealthCheckResponse { status = 1 }; 0, which is not sent, is UNKNOWN. */
const statusOf = (body: Buffer): number => (body.length >= 7 && body[5] === 0x08 ? (body[6] ?? 0) : 0);
