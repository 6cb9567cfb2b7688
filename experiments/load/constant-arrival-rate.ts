import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LabError } from '../engine/errors.ts';
import type { LoadOptions, RunningLoad, Sample, Scenario } from '../engine/experiment.ts';
import type { LoadRecord } from '../engine/journal.ts';
import { summarize } from '../engine/load-series.ts';
import type { FromLoader, ToLoader } from './loader-messages.ts';

/** Where a scenario does not say: beyond this p99 of how late requests left, the loader did not keep its promise. */
const usualLatenessMs = 50;

/** A load that sends `rate` requests a second, whatever becomes of them. */
export const constantArrivalRate = (scenario: Omit<Scenario, 'start' | 'executor'>): Scenario => ({
  ...scenario,
  executor: 'constant-arrival-rate',
  start,
});

const moduleFile = (): string =>
  fileURLToPath(new URL('loader-process.js', import.meta.url)).replace(
    /^(.*)(\/experiments\/load\/loader-process\.js)$/,
    (_path, root: string, rest: string) => (root.endsWith('/dist') ? root + rest : `${root}/dist${rest}`),
  );

async function start(options: LoadOptions): Promise<RunningLoad> {
  const { scenario, origin, maxDurationMs, elapsedMs, onSamples } = options;
  const child = fork(moduleFile(), { execArgv: ['--disable-warning=ExperimentalWarning'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const all: Sample[] = [];
  const startedAt = new Date();
  let dropped = 0;
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('utf8')).slice(-2000);
  });
  const exited = once(child, 'exit');
  let asked = false;
  const ended = new Promise<void>((resolve, reject) => {
    child.on('message', (message: FromLoader) => {
      if (message.type === 'samples') {
        all.push(...message.samples);
        onSamples(message.samples);
      } else if (message.type === 'ended') {
        dropped = message.dropped;
        asked = true;
        resolve();
      }
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (!asked)
        reject(new LabError(`the load generator ended with ${signal ?? `exit code ${code}`}${complaint ? `:\n${complaint}` : ''}`));
    });
  });
  const failed = ended.then(() => new Promise<never>(() => undefined));
  // Looked at by who holds it; until then a failure is nobody's.
  failed.catch(() => undefined);
  const tell = (message: ToLoader): void => void child.send(message);
  tell({ type: 'start', task: { scenario, origin, maxDurationMs, epochMs: Date.now() - elapsedMs() } });
  let result: Promise<LoadRecord> | undefined;
  return {
    failed,
    kill: () => {
      asked = true;
      child.kill('SIGKILL');
    },
    stop: () => {
      result ??= (async () => {
        if (child.connected) tell({ type: 'stop' });
        await ended;
        await exited;
        return recordOf(scenario, all, startedAt, dropped);
      })();
      return result;
    },
  };
}

function recordOf(
  { executor, rate, maxVUs, request, gracefulStopMs, maxLatenessMs = usualLatenessMs }: Omit<Scenario, 'start'>,
  samples: Sample[],
  startedAt: Date,
  dropped: number,
): LoadRecord {
  const figures = summarize(samples);
  const late = figures.latenessMs?.p99 ?? 0;
  const saturated =
    dropped > 0
      ? `${dropped} requests that were due were never sent: all ${maxVUs} VUs were waiting for answers`
      : late > maxLatenessMs
        ? `requests left ${late} ms late (p99; ${maxLatenessMs} ms are allowed): this machine was too busy for the loader to keep its rate`
        : null;
  return {
    scenario: `${request.method} ${request.service}${request.path}`,
    executor,
    settings: { rate, maxVUs, timeoutMs: request.timeoutMs, gracefulStopMs, maxLatenessMs },
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    ...figures,
    dropped,
    saturated,
  };
}
