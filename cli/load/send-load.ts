import { type EndedLoad, LoadRun, type LoadRunOptions } from '../../experiments/load/load-run.ts';
import { type LoadSummary, summarizeLoad } from '../../experiments/load/load-summary.ts';
import { formatDuration, formatNumber } from '../../reports/check-words.ts';
import { describeCourse } from '../describe-course.ts';
import { type Interrupt, listenForInterrupt } from '../interrupt.ts';
import { LiveLine } from './live-line.ts';
import type { LoadPlan } from './plan-load.ts';
import { siegeLine, siegeSummary } from './siege-summary.ts';

const lookEveryMs = 500;
/** What the line tells of: the last so many seconds. */
const recentSeconds = 3;

/** Where it is told to. `live`: the line about how it goes may be redrawn; `log`: lines of the result. */
interface Audience {
  live: boolean;
  log(line: string): void;
}

/** Sends a load to its end or the first signal; `siege` is its summary block, where it was asked for in siege's words. Rejects with a LabError where the generator dies. */
export async function sendLoad(plan: LoadPlan, { live, log }: Audience): Promise<{ summary: LoadSummary; siege?: string }> {
  const { scenario, target, seed, workers, warmUpMs, durationMs, thresholds, verbose } = plan;
  const { method } = scenario.request;
  const line = new LiveLine({ live, write: (text) => process.stderr.write(text) });
  line.tell(announcement(plan));
  const options: LoadRunOptions = {
    ...{ scenario, origin: target.origin, seed, workers, warmUpMs, durationMs },
    ...(verbose && { onExchange: (one) => log(siegeLine(one, method, target.url)) }),
  };
  const interrupt = listenForInterrupt((text) => line.tell(text));
  try {
    const load = await runTold(options, interrupt, line);
    const interrupted = interrupt.by;
    const summary = summarizeLoad(load, { scenario, url: target.url, seed, workers, warmUpMs, thresholds, interrupted });
    return { summary, ...(plan.siege && { siege: `\n${siegeSummary(load)}` }) };
  } finally {
    interrupt.release();
  }
}

async function runTold(options: LoadRunOptions, interrupt: Interrupt, line: LiveLine): Promise<EndedLoad> {
  const run = await LoadRun.start(options);
  const stop = (): void => run.stop();
  if (interrupt.signal.aborted) stop();
  interrupt.signal.addEventListener('abort', stop);
  const timer = setInterval(() => line.show(progressOf(run, options)), lookEveryMs);
  try {
    return await run.ended();
  } finally {
    clearInterval(timer);
    line.clear();
    interrupt.signal.removeEventListener('abort', stop);
    run.kill();
  }
}

function announcement({ scenario, target, seed, workers, warmUpMs, durationMs }: LoadPlan): string {
  const { method } = scenario.request;
  return [
    `${method} ${target.url}: ${describeCourse(scenario)}`,
    ...(durationMs === undefined ? [] : [`for ${formatDuration(durationMs)}`]),
    ...(warmUpMs > 0 ? [`after ${formatDuration(warmUpMs)} that do not count`] : []),
    ...(workers > 1 ? [`from ${workers} processes`] : []),
    `seed ${seed}`,
  ].join(', ');
}

/** `12 s of 30 s: 1,003/s, p95 12 ms, 3 failed, 5 in flight` */
function progressOf(run: LoadRun, { durationMs }: LoadRunOptions): string {
  const elapsedMs = run.elapsedMs();
  if (elapsedMs < 0) return `warming up: ${formatDuration(-elapsedMs)} left`;
  const now = Math.floor(elapsedMs / 1000);
  // That of now has only begun.
  const recent = Array.from({ length: recentSeconds }, (_, n) => run.tally.seconds.get(now - 1 - n)).filter((one) => one !== undefined);
  const perSecond = recent.length === 0 ? 0 : recent.reduce((sum, { requests }) => sum + requests, 0) / recent.length;
  const p95 = recent[0]?.latency.percentile(95) ?? null;
  return [
    `${formatDuration(1000 * Math.round(elapsedMs / 1000))}${durationMs === undefined ? '' : ` of ${formatDuration(durationMs)}`}: ${formatNumber(perSecond)}/s`,
    ...(p95 === null ? [] : [`p95 ${formatDuration(p95)}`]),
    `${run.tally.failed} failed`,
    `${run.inFlight} in flight`,
  ].join(', ');
}
