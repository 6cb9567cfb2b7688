import { connect } from 'node:net';

/** What one request on a connection of its own saw; times in milliseconds since it was sent. */
export interface RawAnswer {
  sentBytes: number;
  receivedBytes: number;
  /** How many pieces it came in. */
  pieces: number;
  /** Of the last byte; null: none came. */
  lastMs: number | null;
  endMs: number;
  /** `reset` and `refused` by the other side; `silent`: not ended within the time. */
  end: 'end' | 'reset' | 'refused' | 'silent' | 'error';
}

const ends: Record<string, RawAnswer['end']> = { ECONNRESET: 'reset', EPIPE: 'reset', ECONNREFUSED: 'refused' };

/** GETs a path over TCP and looks at the connection itself, to its very end. `silentMs`: how long it may take in all. */
export function askRaw(address: { host: string; port: number }, path: string, silentMs: number): Promise<RawAnswer> {
  const request = `GET ${path} HTTP/1.1\r\nhost: ${address.host}:${address.port}\r\nconnection: close\r\n\r\n`;
  const startedMs = performance.now();
  const seen = { sentBytes: request.length, receivedBytes: 0, pieces: 0, lastMs: null as number | null };
  return new Promise((resolve) => {
    const socket = connect({ ...address, noDelay: true });
    const timer = setTimeout(() => over('silent'), silentMs);
    const over = (end: RawAnswer['end']): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ...seen, endMs: performance.now() - startedMs, end });
    };
    socket.on('connect', () => socket.write(request));
    socket.on('data', (data) => {
      seen.receivedBytes += data.length;
      seen.pieces += 1;
      seen.lastMs = performance.now() - startedMs;
    });
    socket.on('end', () => over('end'));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => over(ends[code ?? ''] ?? 'error'));
  });
}
