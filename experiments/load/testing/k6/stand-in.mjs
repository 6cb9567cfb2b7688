// Runs a script for k6 with k6's words: options, executors, JSON output, summary, exit codes. For tests alone; what it does not know it refuses.
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { scriptOf } from './script.mjs';
import { Vu } from './vu-host.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quiet: { type: 'boolean' },
    'no-color': { type: 'boolean' },
    'no-usage-report': { type: 'boolean' },
    address: { type: 'string' },
    out: { type: 'string' },
    'summary-export': { type: 'string' },
    env: { type: 'string', multiple: true },
  },
});
if (positionals[0] === 'version') {
  console.log('k6 v0.0.0-stand-in (of shoplab, for tests)');
  process.exit(0);
}
if (positionals[0] !== 'run' || !positionals[1]) throw new Error('k6 run SCRIPT');

const env = Object.fromEntries((values.env ?? []).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
const script = scriptOf(positionals[1]);
let options;
try {
  globalThis.__ENV = env;
  globalThis.__k6 = {};
  ({ options = {} } = await import(script.url));
} catch (error) {
  console.error(`level=error msg="${error.message}"`);
  script.remove();
  process.exit(107);
}

const out = values.out?.startsWith('json=') ? openSync(values.out.slice('json='.length), 'w') : undefined;
/** What was measured, by metric. */
const seen = new Map();
const kinds = { http_reqs: 'counter', dropped_iterations: 'counter', http_req_failed: 'rate' };
const declare = (metric, type) => {
  seen.set(metric, { type, values: [] });
  const thresholds = options.thresholds?.[metric] ?? [];
  write({
    type: 'Metric',
    data: { name: metric, type, contains: type === 'trend' ? 'time' : 'default', thresholds, submetrics: null },
    metric,
  });
};
const write = (line) => out !== undefined && writeSync(out, `${JSON.stringify(line)}\n`);
/** By how much its clock is ahead. */
const aheadMs = Number(process.env.AHEAD ?? 0) * 1000;
/** A value of a metric, as a line and for the summary. */
export function point(metric, value, tags, time = new Date()) {
  if (!seen.has(metric)) declare(metric, kinds[metric] ?? (metric.startsWith('http_req_') ? 'trend' : 'counter'));
  seen.get(metric).values.push(value);
  const told = new Date(time.getTime() + aheadMs).toISOString().replace('Z', '000000Z');
  write({ metric, type: 'Point', data: { time: told, value, tags } });
}

const startedMs = performance.now();
let stopping = false;
const vus = [];
const idle = [];
let iterations = 0;

async function freshVu(scenario) {
  const vu = new Vu({
    number: vus.length + 1,
    script: script.url,
    env,
    scenario,
    point,
    noConnectionReuse: options.noConnectionReuse === true,
  });
  vus.push(vu);
  await vu.ready;
  return vu;
}
/** Iterations that are under way. */
const running = new Set();
const iterate = async (vu) => {
  const number = iterations;
  iterations += 1;
  const done = vu.iterate(number);
  running.add(done);
  await done;
  running.delete(done);
};
const ms = (text = '0s') => {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  if (!number) throw new Error(`${text} is no duration`);
  return Number(number) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit];
};
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** The value of a course of stages after so long; undefined behind its end. */
function at(elapsedMs, from, stages) {
  let left = elapsedMs;
  let last = from;
  for (const { duration, target } of stages) {
    if (left < ms(duration)) return last + ((target - last) * left) / ms(duration);
    left -= ms(duration);
    last = target;
  }
  return undefined;
}

/** Open model: what is due goes to whoever is free. */
async function arrivals(name, perMs, { maxVUs, preAllocatedVUs }) {
  // As many as k6 would start at once take this machine too long.
  for (let number = 0; number < Math.min(preAllocatedVUs, 8); number += 1) idle.push(await freshVu(name));
  let making = 0;
  const begunMs = performance.now();
  let due = 0;
  let lastMs = 0;
  for (;;) {
    const elapsedMs = performance.now() - begunMs;
    const rate = perMs(elapsedMs);
    if (stopping || rate === undefined) return;
    due += rate * (elapsedMs - lastMs);
    lastMs = elapsedMs;
    for (; due >= 1; due -= 1) {
      const vu = idle.shift();
      if (vu) void iterate(vu).then(() => idle.push(vu));
      else if (vus.length + making < maxVUs) {
        making += 1;
        void freshVu(name).then((fresh) => {
          making -= 1;
          return iterate(fresh).then(() => idle.push(fresh));
        });
      } else point('dropped_iterations', 1, { scenario: name });
    }
    await pause(2);
  }
}

/** Closed model: each of so many goes on as soon as it can. */
async function users(name, wanted) {
  // As with k6 those of the beginning are made ready before the time counts.
  const made = [];
  while (made.length < Math.round(wanted(0) ?? 0)) made.push(await freshVu(name));
  const begunMs = performance.now();
  let active = 0;
  for (;;) {
    const count = wanted(performance.now() - begunMs);
    if (stopping || count === undefined) return;
    while (active < Math.round(count)) {
      const number = active;
      active += 1;
      void (async () => {
        const vu = made.shift() ?? (await freshVu(name));
        while (!stopping && number < Math.round(wanted(performance.now() - begunMs) ?? 0)) await iterate(vu);
        active -= 1;
      })();
    }
    await pause(5);
  }
}

const executors = {
  'constant-arrival-rate': (name, { rate, timeUnit = '1s', duration, ...rest }) =>
    arrivals(name, (elapsedMs) => (elapsedMs < ms(duration) ? rate / ms(timeUnit) : undefined), rest),
  'ramping-arrival-rate': (name, { startRate = 0, timeUnit = '1s', stages, ...rest }) =>
    arrivals(
      name,
      (elapsedMs) => {
        const rate = at(elapsedMs, startRate, stages);
        return rate === undefined ? undefined : rate / ms(timeUnit);
      },
      rest,
    ),
  'constant-vus': (name, { vus: count, duration }) => users(name, (elapsedMs) => (elapsedMs < ms(duration) ? count : undefined)),
  'ramping-vus': (name, { startVUs = 1, stages }) => users(name, (elapsedMs) => at(elapsedMs, startVUs, stages)),
};

async function runScenario(name, { executor, startTime, ...scenario }) {
  const run = executors[executor];
  if (!run) throw new Error(`the stand-in has no executor ${executor}`);
  await pause(ms(startTime));
  await run(name, scenario);
}

const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)] ?? 0;

/** The figures of a metric as the summary has them, with whether each threshold was crossed. */
function summaryOf(metric, { type, values: all }) {
  const sorted = [...all].sort((a, b) => a - b);
  const sum = all.reduce((total, one) => total + one, 0);
  const figures = {
    trend: {
      avg: sum / all.length,
      min: sorted[0],
      med: percentile(sorted, 50),
      max: sorted.at(-1),
      'p(90)': percentile(sorted, 90),
      'p(95)': percentile(sorted, 95),
    },
    rate: { passes: sum, fails: all.length - sum, value: all.length === 0 ? 0 : sum / all.length },
    counter: { count: sum, rate: (1000 * sum) / (performance.now() - startedMs) },
  }[type];
  const thresholds = Object.fromEntries(
    (options.thresholds?.[metric] ?? []).map((expression) => {
      const [, aggregation, operator, limit] = /^([a-z]+(?:\(\d+\))?)(<=|>=|<|>)(.+)$/.exec(expression);
      const found =
        type === 'rate'
          ? figures.value
          : aggregation.startsWith('p(')
            ? percentile(sorted, Number(aggregation.slice(2, -1)))
            : figures[aggregation];
      const holds = { '<': found < limit, '<=': found <= limit, '>': found > limit, '>=': found >= limit }[operator];
      return [expression, !holds];
    }),
  );
  return { ...figures, ...(Object.keys(thresholds).length > 0 && { thresholds }) };
}

function end(code) {
  for (const vu of vus) vu.end();
  const metrics = Object.fromEntries([...seen].map(([metric, one]) => [metric, summaryOf(metric, one)]));
  if (values['summary-export']) writeFileSync(values['summary-export'], JSON.stringify({ root_group: {}, metrics }, undefined, 4));
  if (out !== undefined) closeSync(out);
  script.remove();
  const isCrossed = Object.values(metrics).some(({ thresholds = {} }) => Object.values(thresholds).includes(true));
  process.exit(isCrossed ? 99 : code);
}

// k6 stops well by either.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    stopping = true;
    end(105);
  });
await Promise.all(Object.entries(options.scenarios ?? {}).map(([name, scenario]) => runScenario(name, scenario)));
// What has begun is waited for (gracefulStop).
if (!stopping) await Promise.all(running);
if (!stopping) end(0);
