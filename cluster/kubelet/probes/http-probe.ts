import { type IncomingMessage, request as requestHttp } from 'node:http';
import { isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Dial } from '../../dial.ts';
import { dialError } from './go-error.ts';
import type { Outcome } from './probe-worker.ts';

export interface HttpCheck {
  scheme: string;
  host: string;
  port: number;
  /** Path with query. */
  path: string;
  headers: { name: string; value: string }[];
}

const LONGEST_BODY = 10 * 1024;
const MOST_REDIRECTS = 10;

class ReadingFailed extends Error {}

/** One GET as the kubelet's: a new connection, TLS unverified, redirects on the same host followed (pkg/probe/http). */
export async function httpProbe(dial: Dial, check: HttpCheck, timeoutMs: number): Promise<Outcome> {
  const signal = AbortSignal.timeout(timeoutMs);
  const host = check.host.includes(':') ? `[${check.host}]` : check.host;
  let url = new URL(`${check.scheme.toLowerCase()}://${host}:${check.port}${check.path.startsWith('/') ? '' : '/'}${check.path}`);
  // Not url.href, which leaves default ports out.
  let shown = `${url.protocol}//${host}:${check.port}${url.pathname}${url.search}`;
  try {
    for (let followed = 0; ; followed += 1) {
      const { status, location, body } = await get(dial, url, check.headers, signal);
      const next = [301, 302, 303, 307, 308].includes(status) && location ? new URL(location, url) : undefined;
      if (next?.hostname === url.hostname) {
        if (followed + 1 >= MOST_REDIRECTS) return { is: 'failure', text: `Get "${next.href}": stopped after 10 redirects` };
        url = next;
        shown = next.href;
      } else if (status >= 300 && status < 400) return { is: 'warning', text: `Probe terminated redirects, Response body: ${body}` };
      else if (status >= 200 && status < 300) return { is: 'success' };
      else return { is: 'failure', text: `HTTP probe failed with statuscode: ${status}` };
    }
  } catch (error) {
    if (error instanceof ReadingFailed) return { is: 'error', text: error.message, state: 'failure' };
    const why = signal.aborted
      ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
      : dialError(error as NodeJS.ErrnoException, url.hostname, Number(url.port) || (url.protocol === 'https:' ? 443 : 80));
    return { is: 'failure', text: `Get "${shown}": ${why}` };
  }
}

/** Sends a GET and reads the answer; without regard to its status. */
export async function get(
  dial: Dial,
  url: URL,
  headers: HttpCheck['headers'],
  signal: AbortSignal,
): Promise<{ status: number; location?: string; body: string }> {
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = await dial({ host, port: Number(url.port) || (isTls ? 443 : 80) }, signal);
  const createConnection = () =>
    isTls ? connectTls({ socket, rejectUnauthorized: false, ...(isIP(host) === 0 && { servername: host }) }) : socket;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { host, port: url.port, path: `${url.pathname}${url.search}`, headers: { host: url.host, ...requestHeaders(headers) } };
    const request = requestHttp({ ...options, signal, createConnection });
    request.once('response', resolve);
    request.once('error', reject);
    request.end();
  });
  let body = '';
  try {
    response.setEncoding('utf8');
    for await (const chunk of response) {
      body += chunk;
      if (body.length >= LONGEST_BODY) break;
    }
  } catch (error) {
    const timedOut = 'context deadline exceeded (Client.Timeout or context cancellation while reading body)';
    throw new ReadingFailed(signal.aborted ? timedOut : (error as Error).message);
  } finally {
    response.destroy();
  }
  return { status: response.statusCode ?? 0, location: response.headers.location, body: body.slice(0, LONGEST_BODY) };
}

/** Each of ours can be replaced; an empty Accept or User-Agent is not sent. */
function requestHeaders(given: HttpCheck['headers']): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'user-agent': 'kube-probe/1.34', accept: '*/*', connection: 'close' };
  const seen = new Set<string>();
  for (const { name, value } of given) {
    const key = name.toLowerCase();
    const before = seen.has(key) ? headers[key] : undefined;
    headers[key] = before === undefined ? value : [before, value].flat();
    seen.add(key);
  }
  for (const key of ['user-agent', 'accept']) if (headers[key] === '') delete headers[key];
  return headers;
}
