import type { LoadOptions, Ramp, Scenario, Stage } from '../../engine/experiment.ts';
import { jsonTextOf, placeholder } from '../request-template.ts';
import { headersOf } from '../requests-of.ts';
import type { Threshold } from '../thresholds.ts';

export interface K6Plan {
  scenario: Omit<Scenario, 'start'>;
  /** `http://127.0.0.1:8081` */
  origin: string;
  /** Requests of so long at the beginning are a scenario of their own, which thresholds leave out. */
  warmUpMs: number;
  /** undefined: as long as it takes. */
  durationMs: number | undefined;
  /** How long the target of a ramp's last stage goes on. */
  holdsMs?: number;
  thresholds: Threshold[];
  /** Requests tell their VU, and answers what they say, as tags: what k6-lines.ts reads. */
  tells?: boolean;
}

/** Counts answers, with what they say as tags. */
export const answersMetric = 'shoplab_answers';
/** Tag of a request and its answer: number of the VU, and of its iteration. */
export const requestTag = 'shoplab_request';

/** The same load as a script for k6. What is drawn is drawn anew each time, as k6 has no seed. */
export function k6Script(plan: K6Plan): string {
  const { scenario, origin, tells = false } = plan;
  const { request, rows, pauseMs = 0, expectStatuses } = scenario;
  const texts = textsOf(request);
  const headers = headersOf(request, texts.length > 0);
  const url = templateLiteral(`${origin}${request.path}`, 'url');
  const bodies = texts.map((text) => templateLiteral(text, request.text === undefined ? 'json' : 'none'));
  const used = (word: string): boolean => [url, ...bodies].some((text) => text.includes(word));
  const index = 'exec.scenario.iterationInTest';
  const turns = bodies.length > 1;
  const body = turns ? `bodies[${index} % bodies.length]()` : (bodies[0] ?? 'null');
  const fixed = JSON.stringify({ headers, timeout: `${request.timeoutMs}ms`, redirects: 0, ...(tells && { responseType: 'text' }) });
  const params = tells ? `{ ...${fixed}, tags: { ${requestTag}: said } }` : fixed;
  const call = `http.request(${JSON.stringify(request.method)}, ${url}, ${body}, ${params})`;
  return [
    '// Made by shoplab.',
    `import http from 'k6/http';`,
    ...(used(index) || used('row[') || turns || tells ? [`import exec from 'k6/execution';`] : []),
    ...(used('row[') ? [`import { SharedArray } from 'k6/data';`] : []),
    ...(tells ? [`import { Counter } from 'k6/metrics';`] : []),
    ...(pauseMs > 0 ? [`import { sleep } from 'k6';`] : []),
    '',
    `export const options = ${JSON.stringify(optionsOf(plan), undefined, 2)};`,
    '',
    `http.setResponseCallback(http.expectedStatuses(${rangesOf(expectStatuses).join(', ')}));`,
    ...(used('row[') ? ['', `const rows = new SharedArray('rows', () => (${JSON.stringify(rows)}));`] : []),
    ...(used('uuid()') ? ['', ...uuidSource] : []),
    ...(used('randomInt(') ? ['', ...randomIntSource] : []),
    ...(turns ? ['', `const bodies = [${bodies.map((text) => `() => ${text}`).join(', ')}];`] : []),
    ...(tells ? ['', `const answers = new Counter('${answersMetric}');`] : []),
    '',
    'export default function () {',
    ...(used('row[') ? [`  const row = rows[${index} % rows.length];`] : []),
    ...(tells ? ["  const said = [exec.vu.idInTest, exec.vu.iterationInInstance].join('/');"] : []),
    tells ? `  const answer = ${call};` : `  ${call};`,
    ...(tells
      ? [`  answers.add(1, { ${requestTag}: said, body: String(answer.body ?? ''), served_by: answer.headers['X-Served-By'] ?? '' });`]
      : []),
    ...(pauseMs > 0 ? [`  sleep(Math.random() * ${pauseMs / 1000});`] : []),
    '}',
    '',
  ].join('\n');
}

/** The script of an experiment's load, whose lines tell all that a journal needs. */
export function k6ScriptFor({ scenario, origin, maxDurationMs }: LoadOptions): string {
  const course = { warmUpMs: 0, durationMs: maxDurationMs, holdsMs: maxDurationMs };
  return k6Script({ scenario, origin, ...course, thresholds: [], tells: true });
}

/** The bodies that take turns, as texts with placeholders. */
function textsOf({ text, body, bodies }: Scenario['request']): string[] {
  if (text !== undefined) return [text];
  if (bodies && bodies.length > 0) return bodies.map(jsonTextOf);
  return body === undefined ? [] : [jsonTextOf(body)];
}

const uuidSource = [
  'function uuid() {',
  "  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (digit) => {",
  '    const drawn = Math.floor(Math.random() * 16);',
  "    return (digit === 'x' ? drawn : (drawn & 3) | 8).toString(16);",
  '  });',
  '}',
];
const randomIntSource = [
  '/** @param {number} from @param {number} to */',
  'function randomInt(from, to) {',
  '  return from + Math.floor(Math.random() * (to - from + 1));',
  '}',
];

/** How what is filled in is written where it stands. */
const encoders = {
  url: (expression: string) => `encodeURIComponent(${expression})`,
  json: (expression: string) => `JSON.stringify(String(${expression})).slice(1, -1)`,
  none: (expression: string) => expression,
};

/** A text with placeholders as a template literal; what has none is a plain string. */
function templateLiteral(text: string, encoding: keyof typeof encoders): string {
  const parts = text.split(placeholder);
  if (parts.length === 1) return JSON.stringify(text);
  const code = parts.map((part, n) =>
    n % 2 === 0 ? part.replace(/[`\\]|\$\{/g, '\\$&') : `\${${encoders[encoding](expressionOf(part))}}`,
  );
  return `\`${code.join('')}\``;
}

/** The placeholder has been looked at before: it is one of these. */
function expressionOf(inside: string): string {
  const [word = '', from = '0', to = '1000'] = inside.trim().split(/\s+/);
  if (word === 'uuid') return 'uuid()';
  if (word === 'index') return 'exec.scenario.iterationInTest';
  if (word === 'randomInt') return `randomInt(${from}, ${to})`;
  return `row[${JSON.stringify(word.slice('csv.'.length))}]`;
}

function optionsOf({ scenario, warmUpMs, durationMs, holdsMs = 0, thresholds, tells }: K6Plan): object {
  const load = k6Scenario(scenario, { warmUpMs, durationMs, holdsMs });
  const beginning = () => k6Scenario(atItsBeginning(scenario), { warmUpMs: 0, durationMs: warmUpMs, holdsMs: 0 });
  const scenarios = warmUpMs > 0 ? { warm_up: beginning(), load: { ...load, startTime: time(warmUpMs) } } : { load };
  const byMetric: Record<string, string[]> = {};
  for (const { metric, aggregation, operator, limit } of thresholds) {
    const key = warmUpMs > 0 ? `${metric}{scenario:load}` : metric;
    byMetric[key] = [...(byMetric[key] ?? []), `${aggregation}${operator}${limit}`];
  }
  return {
    scenarios,
    ...(thresholds.length > 0 && { thresholds: byMetric }),
    ...(scenario.noConnectionReuse && { noConnectionReuse: true }),
    ...(!tells && { discardResponseBodies: true }),
  };
}

type Planned = Omit<Scenario, 'start'>;
const time = (ms: number): string => `${ms}ms`;
const stagesOf = (stages: Stage[]) => stages.map(({ durationMs, target }) => ({ duration: time(durationMs), target }));

/** As it begins, and stays. */
function atItsBeginning(scenario: Planned): Planned {
  const { ramp, vuRamp, ...rest } = scenario;
  if (vuRamp) return { ...rest, executor: 'constant-vus', maxVUs: vuRamp.startVUs };
  if (ramp) return { ...rest, executor: 'constant-arrival-rate', rate: (ramp.startRate * 1000) / (ramp.timeUnitMs ?? 1000) };
  return scenario;
}

interface Course {
  /** How long the first stage of a ramp is not part of it. */
  warmUpMs: number;
  durationMs: number | undefined;
  holdsMs: number;
}

function k6Scenario(scenario: Planned, { warmUpMs, durationMs, holdsMs }: Course): object {
  const { executor, rate, ramp, vuRamp, maxVUs, connections = maxVUs, iterationsPerVU, gracefulStopMs } = scenario;
  const gracefulStop = time(gracefulStopMs);
  const course = (stages: Stage[]) => {
    const last = stages.at(-1);
    const held = holdsMs > 0 && last ? [{ ...last, durationMs: holdsMs }] : [];
    return stagesOf([...(warmUpMs > 0 ? stages.slice(1) : stages), ...held]);
  };
  if (iterationsPerVU !== undefined)
    return {
      executor: 'per-vu-iterations',
      vus: maxVUs,
      iterations: iterationsPerVU,
      maxDuration: time(durationMs ?? longestMs),
      gracefulStop,
    };
  if (vuRamp) return { executor, startVUs: vuRamp.startVUs, stages: course(vuRamp.stages), gracefulStop };
  const duration = time(durationMs ?? longestMs);
  if (rate === null) return { executor, vus: maxVUs, duration, gracefulStop };
  // Each VU of k6's has a connection of its own.
  const vus = { preAllocatedVUs: connections, maxVUs: Math.max(maxVUs, connections) };
  if (ramp) {
    const { startRate, timeUnitMs, stages } = inWholes(ramp);
    return { executor, startRate, timeUnit: time(timeUnitMs), stages: course(stages), ...vus, gracefulStop };
  }
  return { executor, ...wholeRate(rate), duration, ...vus, gracefulStop };
}

const longestMs = 24 * 3_600_000;

/** k6 counts in whole iterations: a rate that is none in a second is one in a minute or in an hour. */
function wholeRate(perSecond: number): { rate: number; timeUnit: string } {
  const unit = [1, 60].find((seconds) => Number.isInteger(Math.round(perSecond * seconds * 1e6) / 1e6)) ?? 3600;
  return { rate: Math.round(perSecond * unit), timeUnit: `${unit}s` };
}

/** The same for a ramp. */
function inWholes({ startRate, timeUnitMs = 1000, stages }: Ramp): Required<Ramp> {
  const times = [startRate, ...stages.map(({ target }) => target)].every(Number.isInteger) ? 1 : 3600;
  const whole = (rate: number): number => Math.round(rate * times);
  return {
    startRate: whole(startRate),
    timeUnitMs: timeUnitMs * times,
    stages: stages.map(({ target, durationMs }) => ({ target: whole(target), durationMs })),
  };
}

/** Statuses as k6 takes them: a number, or from where to where. */
function rangesOf(statuses: number[]): string[] {
  const ranges: { min: number; max: number }[] = [];
  for (const status of [...new Set(statuses)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last.max === status - 1) last.max = status;
    else ranges.push({ min: status, max: status });
  }
  return ranges.map(({ min, max }) => (min === max ? String(min) : `{ min: ${min}, max: ${max} }`));
}
