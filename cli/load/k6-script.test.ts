import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SourceTextModule, SyntheticModule } from 'node:vm';
import { k6Script as scriptOf } from '../../experiments/load/k6/k6-script.ts';
import { type LoadFlags, type LoadPlan, planLoad } from './plan-load.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'k6-script-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a template literal of JavaScript would fill in, which is text here. */
const odd = '$' + '{1}';
const usual = { 'warm-up': '0s', 'graceful-stop': '30s', timeout: '10s', 'max-lateness': '100ms', seed: 1 };
const k6Script = (one: LoadPlan): string => scriptOf({ ...one, origin: one.target.origin });
const plan = (url: string, flags: Partial<LoadFlags> = {}) => planLoad(url, { ...usual, ...flags });

writeFileSync(join(folder, 'rows.csv'), `name,id\nLee,1\n"O\`Neil ${odd}",2\n`);
const plans = {
  rate: plan('http://h:8081/orders', { rate: 100, duration: '30s', threshold: ['p(95)<300', 'rate<0.01', 'p(99)<900'] }),
  slow: plan('http://h/', { rate: 30, 'time-unit': '1m' }),
  ramp: plan('http://h/', { 'start-rate': 5, stage: ['10s:50', '5s:0'], 'warm-up': '3s', threshold: ['p(95)<300'] }),
  users: plan('http://h/', { vus: 20, duration: '1m', 'no-connection-reuse': true, expect: '200,201,404' }),
  come: plan('http://h/', { vus: 2, stage: ['10s:50'] }),
  siege: plan('http://h/orders POST {"a": 1}', { concurrent: 3, reps: '5', delay: '1' }),
  drawn: plan('http://h/p/{{csv.name}}?q={{randomInt 1 3}}', {
    ...{ csv: join(folder, 'rows.csv'), rate: 1, header: ['x-a: b'] },
    body: `{"n": {{index}}, "id": "{{uuid}}", "row": "{{csv.id}}", "odd": "\`\\\\ ${odd}"}`,
  }),
};

test('each script is what the types of k6 say', () => {
  for (const [name, one] of Object.entries(plans)) writeFileSync(join(folder, `${name}.js`), k6Script(one));
  // As experiments have them sent: with what requests and answers say, bodies in turn, and a last target that goes on.
  const { scenario, target } = plans.ramp;
  const bodies = [{ id: '{{uuid}}', n: '{{index}}' }, { text: odd }];
  const told = {
    ...scenario,
    ramp: { startRate: 0.5, stages: [{ target: 7.25, durationMs: 1000 }] },
    request: { ...scenario.request, bodies },
  };
  const experiment = { scenario: told, origin: target.origin, warmUpMs: 0, durationMs: 9000, holdsMs: 9000, thresholds: [], tells: true };
  writeFileSync(join(folder, 'experiment.js'), scriptOf(experiment));
  writeFileSync(
    join(folder, 'experiment-get.js'),
    scriptOf({ ...experiment, scenario: { ...plans.users.scenario, noConnectionReuse: false } }),
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const config = {
    compilerOptions: {
      ...{ allowJs: true, checkJs: true, noEmit: true, strict: true, module: 'esnext', moduleResolution: 'bundler', target: 'es2022' },
      ...{
        skipLibCheck: true,
        types: ['k6'],
        typeRoots: [join(root, 'node_modules/@types')],
        paths: { '*': [join(root, 'node_modules/@types/*')] },
      },
    },
    include: ['*.js'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const check = (): string => {
    try {
      return execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  expect(check()).toBe('');
  // That a wrong one would be found.
  writeFileSync(join(folder, 'wrong.js'), k6Script(plans.users).replace('http.request("GET"', 'http.request(17'));
  expect(check()).toMatch(/wrong\.js/);
}, 60_000);

interface Sent {
  options: { scenarios: Record<string, object>; thresholds?: object; noConnectionReuse?: boolean };
  requests: unknown[][];
  expected: unknown[];
  slept: number;
}

/** Runs a script's iterations against modules that only note what it asks of k6. */
async function send(script: string, iterations: number): Promise<Sent> {
  const sent: Sent = { options: { scenarios: {} }, requests: [], expected: [], slept: 0 };
  let iterationInTest = 0;
  const modules: Record<string, Record<string, unknown>> = {
    k6: {
      sleep: (seconds: number) => {
        sent.slept += seconds;
      },
    },
    'k6/http': {
      default: {
        request: (...words: unknown[]) => void sent.requests.push(words),
        expectedStatuses: (...statuses: unknown[]) => statuses,
        setResponseCallback: (statuses: unknown[]) => {
          sent.expected = statuses;
        },
      },
    },
    'k6/execution': {
      default: {
        scenario: {
          get iterationInTest() {
            return iterationInTest;
          },
        },
      },
    },
    'k6/data': {
      SharedArray: function SharedArray(_name: string, make: () => unknown[]) {
        return make();
      },
    },
  };
  const module = new SourceTextModule(script);
  await module.link((specifier) => {
    const exported = modules[specifier] ?? {};
    return new SyntheticModule(Object.keys(exported), function (this: SyntheticModule) {
      for (const [name, value] of Object.entries(exported)) this.setExport(name, value);
    });
  });
  await module.evaluate();
  const { options, default: iterate } = module.namespace as unknown as { options: Sent['options']; default: () => void };
  sent.options = options;
  for (; iterationInTest < iterations; iterationInTest += 1) iterate();
  return sent;
}

test.each<[keyof typeof plans, Record<string, object>]>([
  [
    'rate',
    {
      load: {
        ...{ executor: 'constant-arrival-rate', rate: 100, timeUnit: '1s', duration: '30000ms' },
        ...{ preAllocatedVUs: 1000, maxVUs: 1000, gracefulStop: '30000ms' },
      },
    },
  ],
  ['slow', { load: expect.objectContaining({ rate: 30, timeUnit: '60s' }) }],
  [
    'ramp',
    {
      warm_up: expect.objectContaining({ executor: 'constant-arrival-rate', rate: 5, duration: '3000ms' }),
      load: expect.objectContaining({
        ...{ executor: 'ramping-arrival-rate', startRate: 5, timeUnit: '1000ms', startTime: '3000ms' },
        stages: [
          { duration: '10000ms', target: 50 },
          { duration: '5000ms', target: 0 },
        ],
      }),
    },
  ],
  ['users', { load: { executor: 'constant-vus', vus: 20, duration: '60000ms', gracefulStop: '30000ms' } }],
  ['come', { load: { executor: 'ramping-vus', startVUs: 2, stages: [{ duration: '10000ms', target: 50 }], gracefulStop: '30000ms' } }],
  ['siege', { load: expect.objectContaining({ executor: 'per-vu-iterations', vus: 3, iterations: 5 }) }],
])('%s: its scenario is the load', async (name, scenarios) => {
  expect((await send(k6Script(plans[name]), 0)).options.scenarios).toEqual(scenarios);
});

test('thresholds are those of their metrics, and leave a warm-up out', async () => {
  expect((await send(k6Script(plans.rate), 0)).options.thresholds).toEqual({
    http_req_duration: ['p(95)<300', 'p(99)<900'],
    http_req_failed: ['rate<0.01'],
  });
  expect((await send(k6Script(plans.ramp), 0)).options.thresholds).toEqual({ 'http_req_duration{scenario:load}': ['p(95)<300'] });
});

test('connections, expected statuses and pauses are as asked for', async () => {
  const users = await send(k6Script(plans.users), 1);
  expect(users.options.noConnectionReuse).toBe(true);
  expect(users.expected).toEqual([{ min: 200, max: 201 }, 404]);
  expect((await send(k6Script(plans.rate), 0)).expected).toEqual([{ min: 200, max: 399 }]);
  const siege = await send(k6Script(plans.siege), 20);
  expect(siege.slept).toBeGreaterThan(2);
  expect(siege.requests[0]).toEqual([
    'POST',
    'http://h/orders',
    '{"a": 1}',
    { headers: { 'content-type': 'application/json' }, timeout: '10000ms', redirects: 0 },
  ]);
});

test('placeholders are filled in for each iteration, and the rest of a text stays what it is', async () => {
  const { requests } = await send(k6Script(plans.drawn), 2);
  const [first, second] = requests as [string, string, string, { headers: object }][];
  expect(first?.[1]).toMatch(/^http:\/\/h\/p\/Lee\?q=[123]$/);
  expect(second?.[1]).toMatch(/^http:\/\/h\/p\/O%60Neil%20%24%7B1%7D\?q=[123]$/);
  expect(JSON.parse(first?.[2] ?? '')).toEqual({
    n: 0,
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    row: '1',
    odd: `\`\\ ${odd}`,
  });
  expect(JSON.parse(second?.[2] ?? '')).toMatchObject({ n: 1, row: '2' });
  expect(first?.[3].headers).toEqual({ 'content-type': 'application/json', 'x-a': 'b' });
});
