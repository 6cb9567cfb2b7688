import type { Scenario, Stage } from '../../experiments/engine/experiment.ts';
import { headersOf } from '../../experiments/load/requests-of.ts';
import type { LoadPlan } from './plan-load.ts';

/**
 * The same load as a script for k6: `shoplab load … --print-k6 > load.js; k6 run load.js`. What is drawn is drawn anew each time, as k6 has no seed.
 * A warm-up is a scenario of its own, which thresholds leave out.
 */
export function k6Script(plan: LoadPlan): string {
  const { scenario, target } = plan;
  const { request, rows, pauseMs = 0, expectStatuses } = scenario;
  const { method, text } = request;
  const headers = headersOf(request, text !== undefined);
  const url = templateLiteral(`${target.origin}${target.path}`, true);
  const body = text === undefined ? 'null' : templateLiteral(text, false);
  const used = (word: string): boolean => url.includes(word) || body.includes(word);
  const index = 'exec.scenario.iterationInTest';
  return [
    '// Made by shoplab load --print-k6.',
    `import http from 'k6/http';`,
    ...(used(index) || used('row[') ? [`import exec from 'k6/execution';`] : []),
    ...(used('row[') ? [`import { SharedArray } from 'k6/data';`] : []),
    ...(pauseMs > 0 ? [`import { sleep } from 'k6';`] : []),
    '',
    `export const options = ${JSON.stringify(optionsOf(plan), undefined, 2)};`,
    '',
    `http.setResponseCallback(http.expectedStatuses(${rangesOf(expectStatuses).join(', ')}));`,
    ...(used('row[') ? ['', `const rows = new SharedArray('rows', () => (${JSON.stringify(rows)}));`] : []),
    ...(used('uuid()') ? ['', ...uuidSource] : []),
    ...(used('randomInt(') ? ['', ...randomIntSource] : []),
    '',
    'export default function () {',
    ...(used('row[') ? [`  const row = rows[${index} % rows.length];`] : []),
    `  http.request(${JSON.stringify(method)}, ${url}, ${body}, ${JSON.stringify({ headers, timeout: `${request.timeoutMs}ms`, redirects: 0 })});`,
    ...(pauseMs > 0 ? [`  sleep(Math.random() * ${pauseMs / 1000});`] : []),
    '}',
    '',
  ].join('\n');
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

/** A text with placeholders as a template literal; what has none is a plain string. */
function templateLiteral(text: string, isUrl: boolean): string {
  const parts = text.split(/\{\{([^{}]*)\}\}/);
  if (parts.length === 1) return JSON.stringify(text);
  const code = parts.map((part, n) => {
    if (n % 2 === 0) return part.replace(/[`\\]|\$\{/g, '\\$&');
    return isUrl ? `\${encodeURIComponent(${expressionOf(part)})}` : `\${${expressionOf(part)}}`;
  });
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

function optionsOf({ scenario, warmUpMs, durationMs, thresholds }: LoadPlan): object {
  const load = k6Scenario(scenario, warmUpMs, durationMs);
  const scenarios =
    warmUpMs > 0 ? { warm_up: k6Scenario(atItsBeginning(scenario), 0, warmUpMs), load: { ...load, startTime: time(warmUpMs) } } : { load };
  const byMetric: Record<string, string[]> = {};
  for (const { metric, aggregation, operator, limit } of thresholds) {
    const key = warmUpMs > 0 ? `${metric}{scenario:load}` : metric;
    byMetric[key] = [...(byMetric[key] ?? []), `${aggregation}${operator}${limit}`];
  }
  return {
    scenarios,
    ...(thresholds.length > 0 && { thresholds: byMetric }),
    ...(scenario.noConnectionReuse && { noConnectionReuse: true }),
    discardResponseBodies: true,
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

/** `warmUpMs`: how long the first stage of a ramp is not part of it. */
function k6Scenario(scenario: Planned, warmUpMs: number, durationMs: number | undefined): object {
  const { executor, rate, ramp, vuRamp, maxVUs, iterationsPerVU, gracefulStopMs } = scenario;
  const gracefulStop = time(gracefulStopMs);
  const withoutWarmUp = (stages: Stage[]): Stage[] => (warmUpMs > 0 ? stages.slice(1) : stages);
  if (iterationsPerVU !== undefined)
    return {
      executor: 'per-vu-iterations',
      vus: maxVUs,
      iterations: iterationsPerVU,
      maxDuration: time(durationMs ?? longestMs),
      gracefulStop,
    };
  if (vuRamp) return { executor, startVUs: vuRamp.startVUs, stages: stagesOf(withoutWarmUp(vuRamp.stages)), gracefulStop };
  const duration = time(durationMs ?? longestMs);
  if (rate === null) return { executor, vus: maxVUs, duration, gracefulStop };
  const vus = { preAllocatedVUs: maxVUs, maxVUs };
  if (ramp)
    return {
      ...{ executor, startRate: ramp.startRate, timeUnit: time(ramp.timeUnitMs ?? 1000) },
      ...{ stages: stagesOf(withoutWarmUp(ramp.stages)), ...vus, gracefulStop },
    };
  return { executor, ...wholeRate(rate), duration, ...vus, gracefulStop };
}

const longestMs = 24 * 3_600_000;

/** k6 counts in whole iterations: a rate that is none in a second is one in a minute or in an hour. */
function wholeRate(perSecond: number): { rate: number; timeUnit: string } {
  const unit = [1, 60].find((seconds) => Number.isInteger(Math.round(perSecond * seconds * 1e6) / 1e6)) ?? 3600;
  return { rate: Math.round(perSecond * unit), timeUnit: `${unit}s` };
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
