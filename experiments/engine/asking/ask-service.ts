import http from 'node:http';
import { connect } from 'node:net';
import { askRaw, type RawAnswer } from './ask-raw.ts';

export interface ServiceAddress {
  host: string;
  port: number;
}

/** What an experiment asks of a Service beside its load, each on a connection of its own. */
export type Ask =
  /** One request and its answer; no answer within `withinMs` is an error. */
  | { how: 'http'; method: string; path: string; body?: string; withinMs: number }
  /** The connection itself, to its very end: `askRaw`. */
  | { how: 'raw'; path: string; silentMs: number }
  /** Whether anybody takes a connection. */
  | { how: 'connect' };

/** What comes back; all of it goes through JSON unchanged. */
export interface Answers {
  http: { status: number; text: string };
  raw: RawAnswer;
  /** `refused`, also where a load balancer cuts what it cannot pass on; `accepted`; `no answer`; or what else came. */
  connect: string;
}

/** Something that asks: from this machine, or from a Pod. Rejects where nothing can be told. */
export type AskService = <A extends Ask>(address: ServiceAddress, ask: A, signal: AbortSignal) => Promise<Answers[A['how']]>;

/** How long it may take until somebody has taken a connection. */
export const connectWithinMs = 1000;

/** Asks from where this program runs. */
export const askFromHere: AskService = async (address, ask, signal) => {
  const answers: { [How in Ask['how']]: (ask: Extract<Ask, { how: How }>) => Promise<Answers[How]> } = {
    http: (asked) => exchange(address, asked, signal),
    raw: ({ path, silentMs }) => askRaw(address, path, silentMs),
    connect: () => tryConnection(address),
  };
  return (answers[ask.how] as (ask: Ask) => Promise<never>)(ask);
};

function exchange(
  { host, port }: ServiceAddress,
  { method, path, body, withinMs }: Extract<Ask, { how: 'http' }>,
  signal: AbortSignal,
): Promise<Answers['http']> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    // Without an agent nothing is kept: a connection from before may lead to a Pod that is gone.
    const sent = http.request({ host, port, method, path, headers, agent: false, signal }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', fail);
      answer.on('end', () => {
        clearTimeout(timer);
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${withinMs / 1000} s`)), withinMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    sent.on('error', fail);
    sent.end(body);
  });
}

function tryConnection(address: ServiceAddress): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ ...address, timeout: connectWithinMs });
    const end = (result: string): void => {
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => end('accepted'));
    socket.on('timeout', () => end('no answer'));
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) => end(/ECONNREFUSED|ECONNRESET/.test(code ?? '') ? 'refused' : message));
  });
}
