import type { Executor, Scenario, Stage } from '../../experiments/engine/experiment.ts';
import { parseDurationMs } from '../duration.ts';
import { UsageError } from '../errors/usage-error.ts';

/** Flags in k6's words. */
export interface CourseFlags {
  executor?: string | undefined;
  rate?: number | undefined;
  'start-rate'?: number | undefined;
  'time-unit'?: string | undefined;
  vus?: number | undefined;
  'max-vus'?: number | undefined;
  duration?: string | undefined;
  stage?: string[] | undefined;
}

/** How a load goes: the part of a scenario that an executor needs. */
export interface Course {
  scenario: Pick<Scenario, 'executor' | 'rate' | 'ramp' | 'vuRamp' | 'maxVUs'>;
  durationMs: number;
}

export const executors = ['constant-vus', 'ramping-vus', 'constant-arrival-rate', 'ramping-arrival-rate'] as const satisfies Executor[];

const usualDuration = '10s';
const needs: Record<Executor, { of: (keyof CourseFlags)[]; not: (keyof CourseFlags)[] }> = {
  'constant-vus': { of: [], not: ['rate', 'start-rate', 'time-unit', 'stage', 'max-vus'] },
  'ramping-vus': { of: ['stage'], not: ['rate', 'start-rate', 'time-unit', 'duration', 'max-vus'] },
  'constant-arrival-rate': { of: ['rate'], not: ['start-rate', 'stage', 'vus'] },
  'ramping-arrival-rate': { of: ['stage'], not: ['rate', 'duration', 'vus'] },
};

/**
 * Reads how a load goes; without `--executor` it is the one that the other flags are of, as with k6: a rate means arrivals, VUs users. Where no
 * `--max-vus` is given there are as many as it takes whatever the system does, for so long as the time-out. Throws a UsageError.
 */
export function parseCourse(flags: CourseFlags, timeoutMs: number): Course {
  const executor = executorOf(flags);
  const { of, not } = needs[executor];
  const missing = of.find((flag) => !given(flags, flag));
  if (missing) throw new UsageError(`${executor} needs --${missing}`, { hint: example[executor] });
  const foreign = not.find((flag) => given(flags, flag));
  if (foreign) throw new UsageError(`--${foreign} is not for ${executor}`, { hint: example[executor] });

  const unitMs = parseDurationMs(flags['time-unit'] ?? '1s');
  const stages = (flags.stage ?? []).flatMap((text) => text.split(',')).map(parseStage);
  const stagesMs = stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const durationMs = parseDurationMs(flags.duration ?? usualDuration);
  const enough = (highest: number) => flags['max-vus'] ?? Math.max(1, Math.ceil((highest * timeoutMs) / unitMs));
  const highest = Math.max(0, ...stages.map(({ target }) => target));
  switch (executor) {
    case 'constant-vus':
      return { scenario: { executor, rate: null, maxVUs: flags.vus ?? 1 }, durationMs };
    case 'ramping-vus': {
      const startVUs = flags.vus ?? 1;
      return {
        scenario: { executor, rate: null, vuRamp: { startVUs, stages }, maxVUs: Math.max(startVUs, highest) },
        durationMs: stagesMs,
      };
    }
    case 'constant-arrival-rate': {
      const rate = flags.rate ?? 0;
      return { scenario: { executor, rate: (rate * 1000) / unitMs, maxVUs: enough(rate) }, durationMs };
    }
    case 'ramping-arrival-rate': {
      const startRate = flags['start-rate'] ?? 0;
      const most = Math.max(startRate, highest);
      const ramp = { startRate, timeUnitMs: unitMs, stages };
      return { scenario: { executor, rate: (most * 1000) / unitMs, ramp, maxVUs: enough(most) }, durationMs: stagesMs };
    }
  }
}

const example: Record<Executor, string> = {
  'constant-vus': '--vus 10 --duration 30s',
  'ramping-vus': '--vus 1 --stage 10s:20 --stage 30s:20',
  'constant-arrival-rate': '--rate 100 --duration 30s',
  'ramping-arrival-rate': '--start-rate 10 --stage 10s:200 --stage 30s:200',
};

const given = (flags: CourseFlags, name: keyof CourseFlags): boolean =>
  flags[name] !== undefined && (flags[name] as unknown[]).length !== 0;

function executorOf(flags: CourseFlags): Executor {
  if (flags.executor !== undefined) return flags.executor as Executor;
  if (given(flags, 'stage')) return given(flags, 'start-rate') ? 'ramping-arrival-rate' : 'ramping-vus';
  return given(flags, 'rate') ? 'constant-arrival-rate' : 'constant-vus';
}

/** `30s:100` */
function parseStage(text: string): Stage {
  const [, duration = '', target] = /^(.+):(\d+)$/.exec(text.trim()) ?? [];
  if (target === undefined)
    throw new UsageError(`'${text}' is no stage`, { hint: 'how long it takes and what is reached then, for example --stage 30s:100' });
  return { durationMs: parseDurationMs(duration), target: Number(target) };
}

/** What goes before the load that counts: as it begins, for so long. */
export function withWarmUp({ scenario, durationMs }: Course, warmUpMs: number): Course {
  if (warmUpMs === 0) return { scenario, durationMs };
  const { ramp, vuRamp } = scenario;
  const before = (target: number): Stage => ({ target, durationMs: warmUpMs });
  return {
    scenario: {
      ...scenario,
      ...(ramp && { ramp: { ...ramp, stages: [before(ramp.startRate), ...ramp.stages] } }),
      ...(vuRamp && { vuRamp: { ...vuRamp, stages: [before(vuRamp.startVUs), ...vuRamp.stages] } }),
    },
    durationMs,
  };
}
