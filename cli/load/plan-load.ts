import { cpus } from 'node:os';
import type { Scenario } from '../../experiments/engine/experiment.ts';
import { TemplateError } from '../../experiments/load/request-template.ts';
import { requestsOf } from '../../experiments/load/requests-of.ts';
import { parseThreshold, type Threshold, ThresholdError } from '../../experiments/load/thresholds.ts';
import { parseDurationMs } from '../duration.ts';
import { UsageError } from '../errors/usage-error.ts';
import { type LoadTarget, parseTarget } from './load-target.ts';
import { type CourseFlags, parseCourse, withWarmUp } from './load-words.ts';
import { readBody } from './read-body.ts';
import { readRows } from './read-rows.ts';
import { parseSiege, type SiegeFlags, type SiegeLoad, speaksSiege } from './siege-words.ts';

/** The flags of `shoplab load`. */
export interface LoadFlags extends CourseFlags, SiegeFlags {
  'warm-up': string;
  'graceful-stop': string;
  threshold?: string[] | undefined;
  method?: string | undefined;
  body?: string | undefined;
  header?: string[] | undefined;
  'content-type'?: string | undefined;
  'user-agent'?: string | undefined;
  expect?: string | undefined;
  timeout: string;
  'no-connection-reuse'?: boolean | undefined;
  csv?: string | undefined;
  seed?: number | undefined;
  workers?: number | undefined;
  'max-lateness': string;
  verbose?: boolean | undefined;
}

/** A load that can be sent: all that was typed has been understood. */
export interface LoadPlan {
  scenario: Omit<Scenario, 'start'>;
  target: LoadTarget;
  seed: number;
  workers: number;
  warmUpMs: number;
  /** undefined: until each user has done its repetitions, or it is stopped. */
  durationMs: number | undefined;
  thresholds: Threshold[];
  /** Whether it was asked for in siege's words, and is told so. */
  siege: boolean;
  /** A line for each request. */
  verbose: boolean;
}

/** A process sends about so many a second before its core is full. */
const perWorker = 3000;
/** What k6 takes for an answer that was expected. */
const usualStatuses = Array.from({ length: 200 }, (_, n) => 200 + n);

/** Reads URL and flags. Throws a UsageError for whatever makes no sense, before anything is sent. */
export function planLoad(text: string, flags: LoadFlags): LoadPlan {
  const target = parseTarget(text);
  const timeoutMs = parseDurationMs(flags.timeout);
  const warmUpMs = parseDurationMs(flags['warm-up']);
  const siege = speaksSiege(flags) ? siegeOf(flags) : undefined;
  const course = siege ? courseOfSiege(siege) : withWarmUp(parseCourse(flags, timeoutMs), warmUpMs);
  const body = bodyOf(flags.body) ?? target.body;
  const rows = flags.csv === undefined ? undefined : readRows(flags.csv);
  const seed = flags.seed ?? Math.floor(Math.random() * 2 ** 31);
  const scenario: Omit<Scenario, 'start'> = {
    ...course.scenario,
    maxLatenessMs: parseDurationMs(flags['max-lateness']),
    // Siege, as it comes, closes each connection.
    ...((flags['no-connection-reuse'] || siege) && { noConnectionReuse: true }),
    gracefulStopMs: parseDurationMs(flags['graceful-stop']),
    request: {
      service: target.host,
      port: target.port,
      method: (flags.method ?? target.method ?? (body === undefined ? 'GET' : 'POST')).toUpperCase(),
      path: target.path,
      headers: headersOf(flags),
      ...(body !== undefined && { text: body }),
      timeoutMs,
    },
    ...(rows && { rows }),
    expectStatuses: flags.expect === undefined ? usualStatuses : flags.expect.split(',').map(statusOf),
  };
  refuseBadTemplates({ scenario, origin: target.origin, seed });
  const users = scenario.rate === null ? scenario.maxVUs : Number.POSITIVE_INFINITY;
  return {
    scenario,
    target,
    seed,
    warmUpMs,
    thresholds: (flags.threshold ?? []).map(thresholdOf),
    siege: siege !== undefined,
    verbose: flags.verbose ?? false,
    durationMs: course.durationMs,
    // A process without a user would have nothing to do.
    workers: Math.min(users, flags.workers ?? Math.max(1, Math.min(cpus().length, Math.ceil((scenario.rate ?? 0) / perWorker)))),
  };
}

/** Flags of k6's that would contradict siege's. */
const notWithSiege = ['executor', 'rate', 'start-rate', 'time-unit', 'vus', 'max-vus', 'duration', 'stage'] as const;

function siegeOf(flags: LoadFlags): SiegeLoad {
  const other = notWithSiege.find((name) => flags[name] !== undefined);
  if (other)
    throw new UsageError(`--${other} is k6's word, and -c, -t, -r, -d and -b are siege's`, {
      hint: 'speak one of them: --vus 2 --duration 10s, or -c2 -t10S',
    });
  return parseSiege(flags);
}

const courseOfSiege = ({ users, pauseMs, durationMs, reps }: SiegeLoad) => ({
  scenario: {
    executor: 'constant-vus' as const,
    rate: null,
    maxVUs: users,
    pauseMs,
    ...(reps !== undefined && { iterationsPerVU: reps }),
  },
  durationMs,
});

/** `@file`: what is in it. */
const bodyOf = (text: string | undefined): string | undefined => (text?.startsWith('@') ? readBody(text.slice(1)) : text);

function headersOf({ header = [], ...flags }: LoadFlags): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const text of header) {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(.*)$/.exec(text) ?? [];
    if (name === undefined) throw new UsageError(`'${text}' is no header`, { hint: "write it as 'Name: value'" });
    headers[name.toLowerCase()] = value ?? '';
  }
  for (const name of ['content-type', 'user-agent'] as const) if (flags[name] !== undefined) headers[name] = flags[name];
  return headers;
}

function statusOf(text: string): number {
  if (/^\s*[1-5]\d\d\s*$/.test(text)) return Number(text);
  throw new UsageError(`'${text}' is no status`, { hint: 'numbers with commas between them, for example --expect 200,201' });
}

function thresholdOf(text: string): Threshold {
  try {
    return parseThreshold(text);
  } catch (error) {
    if (!(error instanceof ThresholdError)) throw error;
    throw new UsageError(error.message, { hint: "in k6's words: 'p(95)<300' (ms), 'http_req_failed:rate<0.01', 'http_reqs:rate>90'" });
  }
}

function refuseBadTemplates(described: Parameters<typeof requestsOf>[0]): void {
  try {
    requestsOf(described);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new UsageError(error.message, { hint: 'rows come from --csv FILE' });
  }
}
