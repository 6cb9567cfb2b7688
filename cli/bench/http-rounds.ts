import { Pool } from 'undici';
import { percentile } from './figures.ts';

export interface Target {
  host: string;
  port: number;
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
}

/** Requests one after the other on each of so many connections, for so long (closed loop). */
export async function round(
  { host, port, method, path, body }: Target,
  connections: number,
  durationMs: number,
): Promise<{ perSecond: number; p50Ms: number; p99Ms: number }> {
  const pool = new Pool(`http://${host}:${port}`, { connections });
  const latencies: number[] = [];
  const started = performance.now();
  const worker = async (): Promise<void> => {
    while (performance.now() - started < durationMs) {
      const sent = performance.now();
      const answer = await pool.request({
        method,
        path,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      await answer.body.dump();
      if (answer.statusCode >= 400) throw new Error(`${method} ${host}:${port}${path} answers ${answer.statusCode}`);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - started) / 1000;
  await pool.close();
  return { perSecond: latencies.length / seconds, p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99) };
}
