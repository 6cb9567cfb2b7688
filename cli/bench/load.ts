import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import autocannon from 'autocannon';
import type { Scenario } from '../../experiments/engine/experiment.ts';
import { type EndedLoad, LoadRun } from '../../experiments/load/load-run.ts';
import type { Figure } from './figures.ts';

const run = promisify(execFile);
const file = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));
/** A program of Debian's; where it is not there nothing is held against ours. */
const wrk = ['/usr/bin/wrk', '/usr/local/bin/wrk'].find((path) => existsSync(path));

/** `shoplab load` beside autocannon and wrk, against a server in a process of its own. */
export async function load(rounds: number): Promise<Figure[]> {
  const server = fork(file('load-target'), [], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  try {
    const [line] = (await once(server.stdout as NonNullable<typeof server.stdout>, 'data')) as [Buffer];
    const origin = line.toString().trim();
    return [await closed(origin, rounds), await open(origin, rounds), await delayed(origin, rounds), ...(await stalled(origin))];
  } finally {
    server.disconnect();
  }
}

async function closed(origin: string, rounds: number): Promise<Figure> {
  const perCpuSecond = async (kind: string): Promise<number> => {
    const { stdout } = await run(process.execPath, [file('closed-rounds'), kind, `${origin}/`]);
    const { requests, cpuSeconds } = JSON.parse(stdout) as { requests: number; cpuSeconds: number };
    return requests / cpuSeconds;
  };
  const [readings, against]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    readings.push(await perCpuSecond('shoplab'));
    against.push(await perCpuSecond('autocannon'));
  }
  return {
    ...{ name: 'load: closed, 50 users', unit: 'requests/CPU-s', readings, goal: { of: 'ratio', atLeast: 0.8 } },
    against: { name: 'autocannon', readings: against },
  };
}

async function open(origin: string, rounds: number): Promise<Figure> {
  const readings: number[] = [];
  for (let round = 0; round < rounds; round += 1)
    readings.push((await send(origin, '/', { rate: 1000, durationMs: 4000 })).tally.lateness.percentile(99) ?? Number.NaN);
  return { name: 'load: open, 1,000/s, p99 lateness', unit: 'ms', readings, goal: { atMost: 5 } };
}

async function delayed(origin: string, rounds: number): Promise<Figure> {
  const [readings, against]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    readings.push((await send(origin, '/delay', { rate: 100, durationMs: 3000 })).tally.latency().percentile(50) ?? Number.NaN);
    const { latency } = await autocannon({ url: `${origin}/delay`, connections: 10, overallRate: 100, duration: 3 });
    against.push(latency.p50);
  }
  return {
    ...{ name: 'load: a server that takes 50 ms, p50', unit: 'ms', readings, goal: { atLeast: 50, atMost: 52 } },
    against: { name: 'autocannon at the same rate', readings: against },
  };
}

/** Two seconds of silence in ten: of what is due a fifth has to wait, half of that for more than a second. */
async function stalled(origin: string): Promise<Figure[]> {
  const seconds = 20;
  const ours = await send(origin, '/stall', { rate: 100, durationMs: 1000 * seconds });
  const figure = (other: string, p99: number): Figure => ({
    ...{ name: 'load: a server that stalls 2 s in 10, p99', unit: 'ms', goal: { atLeast: 1000 } },
    readings: [ours.tally.latency().percentile(99) ?? Number.NaN],
    against: { name: other, readings: [p99] },
  });
  const url = `${origin}/stall`;
  const { latency } = await autocannon({ url, connections: 10, duration: seconds });
  const beside = [figure('autocannon, closed, 10 connections', latency.p99)];
  if (!wrk) return beside;
  const { stdout } = await run(wrk, ['-t1', '-c10', `-d${seconds}s`, '--latency', '--timeout', '10s', url]);
  const [, amount, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? [];
  return [...beside, figure('wrk, 10 connections', Number(amount) * ({ us: 0.001, ms: 1, s: 1000 }[unit ?? ''] ?? Number.NaN))];
}

async function send(origin: string, path: string, { rate, durationMs }: { rate: number; durationMs: number }): Promise<EndedLoad> {
  const scenario: Omit<Scenario, 'start'> = {
    ...{ executor: 'constant-arrival-rate', rate, maxVUs: 10 * rate, gracefulStopMs: 10_000, expectStatuses: [200] },
    request: { service: '127.0.0.1', port: 0, method: 'GET', path, timeoutMs: 10_000 },
  };
  // One process: one core's worth.
  const running = await LoadRun.start({ scenario, origin, seed: 1, workers: 1, warmUpMs: 1000, durationMs });
  return running.ended();
}
