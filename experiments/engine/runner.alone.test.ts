import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { together } from '../../.jest/together.ts';
import type { Cluster } from '../../cluster/platform.ts';
import { local } from '../../cluster/platforms/local/local.ts';
import { containerKill } from '../faults/container-kill.ts';
import { podDelete } from '../faults/pod-delete.ts';
import { processKill } from '../faults/process-kill.ts';
import { scaleOut } from '../faults/scale-out.ts';
import { scaleToZero } from '../faults/scale-to-zero.ts';
import { constantArrivalRate } from '../load/constant-arrival-rate.ts';
import { availabilityDuring } from '../probes/availability-during.ts';
import { deploymentAvailable } from '../probes/deployment-available.ts';
import { httpStatus } from '../probes/http-status.ts';
import type { Experiment, Fault, Step } from './experiment.ts';
import type { Journal } from './journal.ts';
import { connectKube } from './kube/kube-clients.ts';
import type { RunContext, RunEvent } from './run.ts';
import { runExperiment } from './runner.ts';
import { undoLeftovers } from './undo/undo-leftovers.ts';
import { UndoLog } from './undo/undo-log.ts';

/** `front` answers by itself (treatment) or by asking `back` (control); both can be killed from inside, and can refuse to start. */
const program = `
import { createServer } from 'node:http';
if (process.env.BROKEN) { console.log('cannot read the configuration'); process.exit(1); }
createServer(async (request, response) => {
  if (request.url === '/work' && process.env.ASK === 'back') {
    try { await (await fetch('http://back:8080/', { headers: { connection: 'close' } })).text(); }
    catch { response.statusCode = 503; return response.end(); }
  }
  response.statusCode = request.url === '/work' ? 201 : 200;
  response.end('{}');
}).listen(8080);
createServer((request, response) => {
  response.end();
  if (request.method === 'POST') response.on('finish', () => process.kill(process.pid, 'SIGKILL'));
}).listen(8099);
`;

let folder: string;
let cluster: Cluster;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runner-test-'));
  process.env.XDG_STATE_HOME = join(folder, 'xdg');
  writeFileSync(join(folder, 'app.mjs'), program);
  writeFileSync(join(folder, 'images.yaml'), 'test/app: { command: [node, app.mjs] }\n');
  cluster = await local.up({ name: 'runner-test', life: 'owner', imagesFile: join(folder, 'images.yaml') });
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const it = together(5);

type Manifests = Awaited<ReturnType<RunContext['buildOverlay']>>;
function app(name: string, env: Record<string, string>): Manifests {
  const labels = { app: name };
  const container = {
    name,
    image: 'test/app:1',
    env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
  };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { type: 'LoadBalancer', selector: labels, ports: [{ name: 'http', port: 8080, targetPort: 'http' }] },
    },
  ];
}

const down = scaleToZero({ id: 'back-down', deployment: 'back', port: 8080 });
const steps = (fault: Fault, durationMs = 2500): Step[] => [
  { do: 'wait', title: 'before', durationMs: 300 },
  { do: 'inject', fault },
  { do: 'wait', title: 'during', durationMs },
  { do: 'undo', fault: fault.id },
  { do: 'wait', title: 'after', durationMs: 300 },
];
const experiment = (change: Partial<Experiment> = {}, fault = down): Experiment => ({
  name: 'mini',
  title: 'A front without its back',
  description: '',
  tags: [],
  hypothesis: 'front answers without back',
  blastRadius: { services: ['back'], pods: 'all of back', maxDurationMs: 60_000 },
  variants: { control: { overlay: 'control', difference: 'asks back' }, treatment: { overlay: 'treatment', difference: 'does not' } },
  sideBySide: 'light',
  steadyState: [httpStatus('front', 8080, '/'), deploymentAvailable('back')],
  load: constantArrivalRate({
    rate: 40,
    maxVUs: 200,
    // What is tested here is the engine, on whatever machine, several runs at once.
    maxLatenessMs: 10_000,
    gracefulStopMs: 5000,
    request: { service: 'front', port: 8080, method: 'GET', path: '/work', timeoutMs: 5000 },
    expectStatuses: [201],
  }),
  method: steps(fault),
  criteria: [
    availabilityDuring({
      fault: fault.id,
      title: 'front answers while back is down',
      what: 'requests answered',
      threshold: 0.95,
      expectedInControl: 'false',
    }),
  ],
  ...change,
});

async function run(what: Experiment, change: Partial<RunContext> = {}, env: { front?: object; back?: object } = {}) {
  const events: RunEvent[] = [];
  const stateDir = change.stateDir ?? mkdtempSync(join(folder, 'state-'));
  const journal = await runExperiment(what, {
    kubeconfig: cluster.kubeconfig,
    platform: 'local',
    manifests: '/manifests',
    buildOverlay: async (overlay) => [
      ...app('front', { ...(overlay.endsWith('control') && { ASK: 'back' }), ...env.front }),
      ...app('back', { ...env.back }),
    ],
    stateDir,
    watchesOverRuns: true,
    seed: 1,
    command: 'shoplab run mini',
    version: '0.0.0',
    overrides: {},
    signal: new AbortController().signal,
    // What else this machine does is another test's question.
    machineTimes: () => ({ cpuStalledMs: null, ioStalledMs: null, idleMs: null, cpus: 0 }),
    observers: [(event) => void events.push(event)],
    ...change,
  });
  return { journal, events, stateDir };
}

/** Nothing of the run is in the cluster or in the undo log. */
async function expectNothingLeft({ journal, events, stateDir }: Awaited<ReturnType<typeof run>>): Promise<void> {
  expect(journal.undoFailures).toEqual([]);
  const made = events.flatMap((event) => (event.type === 'variant-started' ? [event.namespace] : []));
  expect((await namespaces()).filter((name) => made.includes(name))).toEqual([]);
  expect(readdirSync(join(stateDir, 'undo'))).toEqual([]);
}

async function namespaces(): Promise<string[]> {
  const kube = await connectKube(cluster.kubeconfig);
  try {
    const { items } = await kube.request<{ items: { metadata: { name: string } }[] }>(
      'GET',
      '/api/v1/namespaces?labelSelector=shoplab.dev%2Frun',
    );
    return items.map(({ metadata }) => metadata.name);
  } finally {
    kube.close();
  }
}

const check = (journal: Journal, variant: number, id: string) => journal.variants[variant]?.checks.find((one) => one.id === id);

it('a treatment that holds beside a control that fails is passed, and the journal tells all of it', async () => {
  const ended = await run(experiment(), { sideBySide: false });
  const { journal, events } = ended;
  expect(journal.reason).toContain('The treatment held');
  expect(journal.outcome).toBe('passed');
  expect(journal.variants.map(({ name }) => name)).toEqual(['control', 'treatment']);
  expect(check(journal, 0, 'availability')).toMatchObject({ result: 'false', expected: 'false', verdict: 'pass' });
  expect(check(journal, 1, 'availability')).toMatchObject({ result: 'true', expected: 'true', verdict: 'pass' });
  const treatment = journal.variants[1];
  expect(treatment?.phases.map(({ name }) => name)).toEqual([
    'apply manifests',
    'wait until ready',
    'steady state',
    'method',
    'recovery',
    'criteria',
    'delete namespace',
  ]);
  expect(treatment?.series.map(({ id }) => id)).toEqual(expect.arrayContaining(['throughput', 'errors', 'latency-p95', 'replicas-back']));
  expect(treatment?.series.find(({ id }) => id === 'replicas-back')?.points.map(([, count]) => count)).toEqual(
    expect.arrayContaining([0, 1]),
  );
  expect(treatment?.events.map(({ reason }) => reason)).toEqual(
    expect.arrayContaining(['Scheduled', 'ScalingReplicaSet', 'FaultInjected', 'FaultBit', 'FaultUndone']),
  );
  const [fault] = treatment?.faults ?? [];
  expect([fault?.injectedAt, fault?.bitAt, fault?.undoneAt]).toEqual([fault?.injectedAt, fault?.bitAt, fault?.undoneAt].sort());
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['variant-started', 'phase-started', 'progress', 'fault-injected', 'fault-bit', 'fault-undone', 'check']),
  );
  expect(JSON.parse(JSON.stringify(journal))).toEqual(journal);
  await expectNothingLeft(ended);
});

it('a further variant is held to its own expectation; side by side none begins before all are there, or goes before all are over', async () => {
  const { variants } = experiment();
  const half = { overlay: 'half/control', difference: 'asks back, too', expects: { availability: 'false' as const } };
  const ended = await run(experiment({ variants: { ...variants, others: { half } } }));
  const { journal, events } = ended;
  expect(journal.reason).toContain('; half came out as predicted: ');
  expect(journal.outcome).toBe('passed');
  expect(journal.variants.map(({ name, overlay }) => [name, overlay])).toEqual([
    ['control', 'control'],
    ['treatment', 'treatment'],
    ['half', 'half/control'],
  ]);
  expect(check(journal, 2, 'availability')).toMatchObject({ result: 'false', expected: 'false', verdict: 'pass' });
  const [last, first] = [
    (type: RunEvent['type'], phase: string) =>
      events.findLastIndex((event) => event.type === type && 'phase' in event && event.phase === phase),
    (type: RunEvent['type'], phase: string) =>
      events.findIndex((event) => event.type === type && 'phase' in event && event.phase === phase),
  ];
  expect(first('phase-started', 'method')).toBeGreaterThan(last('phase-ended', 'steady state'));
  expect(first('phase-ended', 'method')).toBeGreaterThan(last('phase-started', 'method'));
  expect(first('phase-started', 'delete namespace')).toBeGreaterThan(last('phase-ended', 'criteria'));
  await expectNothingLeft(ended);
});

it('a fault that does nothing makes it inconclusive, although the treatment held', async () => {
  const harmless = podDelete({ id: 'nobody', service: 'back', labelSelector: 'app=nobody' });
  const { journal } = await run(experiment({ method: steps(harmless, 500) }, harmless));
  expect(journal.outcome).toBe('inconclusive');
  expect(journal.reason).toContain('the fault did not bite: there is no Pod with app=nobody');
});

it('scaling to zero what is at zero does not count as a fault', async () => {
  const noBack = { ...experiment(), steadyState: [httpStatus('front', 8080, '/')], method: steps(down, 300) };
  const { journal } = await run(noBack, {
    buildOverlay: async () => {
      const [deployment, service] = app('back', {}) as [{ spec: object }, Manifests[number]];
      return [...app('front', {}), { ...(deployment as unknown as Manifests[number]), spec: { ...deployment.spec, replicas: 0 } }, service];
    },
  });
  expect(journal.outcome).toBe('inconclusive');
  expect(journal.reason).toContain('Deployment back had 0 replicas already');
});

it('a Pod deleted and a process killed are seen to be gone and replaced', async () => {
  const gone = podDelete({ id: 'gone', service: 'back', gracePeriodSeconds: 0 });
  const killed = processKill({ id: 'killed', service: 'back' });
  const method: Step[] = [
    { do: 'inject', fault: gone },
    { do: 'inject', fault: killed },
  ];
  const { journal } = await run(experiment({ method, criteria: [] }));
  expect(check(journal, 1, 'bit-gone')).toMatchObject({
    verdict: 'pass',
    message: expect.stringMatching(/Pod back-\S+ is gone and back-\S+ took its place/),
  });
  expect(check(journal, 1, 'bit-killed')).toMatchObject({ verdict: 'pass', message: expect.stringContaining('exit code 137 (SIGKILL)') });
  expect(journal.variants[1]?.faults.map(({ undoneAt }) => undoneAt)).toEqual([expect.any(String), expect.any(String)]);
});

it('a container that is ended from inside is restarted in its Pod, and a Deployment that is scaled out comes back to its size', async () => {
  const restarted = containerKill({ id: 'restarted', service: 'back' });
  const more = scaleOut({ id: 'more', deployment: 'back', replicas: 2 });
  const method: Step[] = [
    { do: 'inject', fault: restarted },
    { do: 'inject', fault: more },
    { do: 'undo', fault: 'more' },
  ];
  const { journal } = await run(experiment({ method, criteria: [] }));
  expect(check(journal, 1, 'bit-restarted')).toMatchObject({
    verdict: 'pass',
    message: expect.stringMatching(/container back of Pod back-\S+ has ended \(exit code 143\) and was started anew/),
  });
  expect(check(journal, 1, 'bit-more')).toMatchObject({ verdict: 'pass', message: expect.stringContaining('2 Pods of back are Ready') });
  expect(journal.variants[1]?.faults.map(({ undoneAt }) => undoneAt)).toEqual([expect.any(String), expect.any(String)]);
  expect(journal.undoFailures).toEqual([]);
});

it('neither bites where there is nothing to bite', async () => {
  const nobody = containerKill({ id: 'nobody', service: 'back', labelSelector: 'app=nobody' });
  const same = scaleOut({ id: 'same', deployment: 'back', replicas: 1 });
  const method: Step[] = [
    { do: 'inject', fault: nobody },
    { do: 'inject', fault: same },
    { do: 'undo', fault: 'same' },
  ];
  const { journal } = await run(experiment({ method, criteria: [] }));
  expect(check(journal, 0, 'bit-nobody')).toMatchObject({ verdict: 'inconclusive', message: 'there is no Pod with app=nobody' });
  expect(check(journal, 0, 'bit-same')).toMatchObject({ verdict: 'inconclusive', message: 'Deployment back had 1 replicas already' });
});

it('too short a load is inconclusive and says how many requests it takes', async () => {
  const { journal } = await run(experiment(), { overrides: { loadMs: 600 } });
  expect(journal.outcome).toBe('inconclusive');
  expect(journal.reason).toMatch(/proves no more than .* 95 % takes 73 requests without a failure/);
});

it('a control that holds proves nothing', async () => {
  const { journal } = await run(experiment(), { buildOverlay: async () => [...app('front', {}), ...app('back', {})] });
  expect(journal.outcome).toBe('inconclusive');
  expect(journal.reason).toContain('The control held although the mechanism is removed');
});

it('a treatment that breaks is failed', async () => {
  const { journal } = await run(experiment(), { buildOverlay: async () => [...app('front', { ASK: 'back' }), ...app('back', {})] });
  expect(journal.outcome).toBe('failed');
  expect(journal.reason).toMatch(/^Front answers while back is down did not hold: 0 of \d+ requests answered/);
});

it('a service that does not start is errored, early, with the last lines of its Pod', async () => {
  const ended = await run(experiment(), { sideBySide: false }, { back: { BROKEN: '1' } });
  const { journal } = ended;
  expect(journal.outcome).toBe('errored');
  expect(journal.variants).toHaveLength(1);
  expect(journal.variants[0]?.error).toMatchObject({
    message: expect.stringMatching(
      /^Deployment back is not available after \d+ s: container back ended with exit code 1 \(Error\), restarted 3 times$/,
    ),
    logs: ['cannot read the configuration'],
  });
  await expectNothingLeft(ended);
});

it('an image that is not there is errored at once', async () => {
  const { journal } = await run(experiment(), {
    sideBySide: false,
    buildOverlay: async () => {
      const [deployment, service] = app('front', {});
      const text = JSON.stringify(deployment).replace('test/app:1', 'test/absent:1');
      return [JSON.parse(text) as Manifests[number], service as Manifests[number], ...app('back', {})];
    },
  });
  expect(journal.reason).toMatch(/Deployment front is not available after \d s: container front waits: (ErrImagePull|ImagePullBackOff)/);
});

it('a gate that stays closed breaks nothing', async () => {
  const injected: string[] = [];
  const watched: Fault = { ...down, inject: async () => void injected.push('injected') };
  const closed = { id: 'closed', title: 'front is well', ask: async () => ({ holds: false, observed: 'it is not' }) };
  const ended = await run(experiment({ steadyState: [closed] }, watched));
  const { journal } = ended;
  expect(journal.outcome).toBe('errored');
  expect(journal.reason).toContain('the steady state does not hold, so nothing was broken: front is well: it is not');
  expect(injected).toEqual([]);
  await expectNothingLeft(ended);
});

it('what would reach beyond the blast radius is not begun', async () => {
  const { journal, events } = await run(experiment({ blastRadius: { services: ['front'], pods: '', maxDurationMs: 1000 } }));
  expect(journal).toMatchObject({ outcome: 'errored', variants: [] });
  expect(journal.reason).toContain('fault back-down touches back, which is not among front');
  expect(journal.reason).toContain('the method waits 3.1 s in all, and may last 1 s');
  expect(events).toEqual([]);
});

it('a duration that makes it longer than its blast radius allows is not begun either', async () => {
  const { journal, events } = await run(experiment(), { overrides: { loadMs: 61_000 } });
  expect(journal).toMatchObject({ outcome: 'errored', variants: [] });
  expect(journal.reason).toContain('the method waits 61 s in all, and may last 60 s');
  expect(events).toEqual([]);
});

it('a label of one’s own reaches no Pod of another Service', async () => {
  const stray = podDelete({ id: 'stray', service: 'back', labelSelector: 'app=front' });
  const ended = await run(experiment({ method: steps(stray, 500) }, stray), { sideBySide: false });
  expect(ended.journal.outcome).toBe('errored');
  expect(ended.journal.reason).toMatch(/Pod front-\S+ has app=front, but is not behind Service back: beyond the blast radius/);
  expect(ended.journal.variants[0]?.faults).toEqual([]);
  await expectNothingLeft(ended);
});

it('a method that lasts too long is ended and undone', async () => {
  const never: Step = {
    do: 'await',
    id: 'never',
    title: 'it never comes',
    timeoutMs: 60_000,
    until: async () => ({ done: false, observed: 'no' }),
  };
  const method: Step[] = [{ do: 'inject', fault: down }, never];
  const ended = await run(experiment({ method, blastRadius: { services: ['back'], pods: '', maxDurationMs: 4000 } }));
  const { journal } = ended;
  expect(journal.outcome).toBe('errored');
  expect(journal.reason).toContain('longer than the 4 s of its blast radius');
  expect(journal.variants[0]?.faults[0]?.undoneAt).not.toBeNull();
  await expectNothingLeft(ended);
});

it('a guard that breaks stops the method, which is undone: no verdict', async () => {
  const backAnswers = { probe: { ...httpStatus('back', 8080, '/'), id: 'back' }, longerThanMs: 700 };
  const method: Step[] = [
    { do: 'inject', fault: down },
    { do: 'wait', title: 'for ever', durationMs: 50_000 },
  ];
  const ended = await run(experiment({ method, abortOn: [backAnswers] }));
  const { journal } = ended;
  expect(journal.outcome).toBe('inconclusive');
  expect(journal.reason).toMatch(
    /^In the control what must not break did, so the method was stopped: GET back\/ answers 200: .*refused.* for [\d.]+ s at .*stopped and undone/i,
  );
  const [control] = journal.variants;
  expect(control).toMatchObject({ error: null, faults: [{ undoneAt: expect.any(String) }] });
  expect(control?.checks.find(({ kind }) => kind === 'guard')).toMatchObject({
    id: 'guard-back',
    result: 'false',
    verdict: 'inconclusive',
  });
  await expectNothingLeft(ended);
});

it('a guard that holds says how often it was asked', async () => {
  const frontAnswers = { probe: { ...httpStatus('front', 8080, '/'), id: 'front' } };
  const { journal } = await run(experiment({ abortOn: [frontAnswers] }));
  expect(journal.outcome).toBe('passed');
  for (const { checks } of journal.variants)
    expect(checks.find(({ kind }) => kind === 'guard')).toMatchObject({
      result: 'true',
      observed: { text: expect.stringMatching(/^asked [1-9]\d* times, broken for at most 0 s$/) },
    });
});

it('what is awaited in vain is a finding, not an error', async () => {
  const never: Step = {
    do: 'await',
    id: 'never',
    title: 'it comes',
    timeoutMs: 300,
    until: async () => ({ done: false, observed: 'nothing came' }),
  };
  const { journal } = await run(experiment({ method: [...steps(down), { only: 'treatment', ...never }] }));
  expect(journal.outcome).toBe('failed');
  expect(journal.reason).toMatch(/It comes did not hold: not within 0\.\d s: nothing came/);
});

it('what a run needs before its fault, awaited in vain, is missing evidence', async () => {
  const never: Step = {
    do: 'await',
    id: 'calm',
    kind: 'steady-state',
    title: 'it is calm',
    timeoutMs: 300,
    until: async () => ({ done: false, observed: 'it is not' }),
  };
  const { journal } = await run(experiment({ method: [{ only: 'treatment', ...never }, ...steps(down)] }));
  expect(journal.outcome).toBe('inconclusive');
  expect(journal.reason).toMatch(/^In the treatment the steady state did not hold before the fault: not within 0\.\d s: it is not/);
});

it('what a machine without CPU to spare was too slow for is not known', async () => {
  const never: Step = {
    do: 'await',
    id: 'never',
    title: 'it comes',
    timeoutMs: 300,
    until: async () => ({ done: false, observed: 'nothing came' }),
  };
  const method: Step[] = [...steps(down), { only: 'treatment', ...never }];
  const { journal } = await run(experiment({ method }), {
    machineTimes: () => ({ cpuStalledMs: performance.now(), ioStalledMs: null, idleMs: 0, cpus: 1 }),
  });
  expect(journal.outcome).toBe('inconclusive');
  expect(journal.reason).toMatch(/nothing came; but this machine was short of CPU \(something waited for it \d+ % of the time\)/);
  expect(check(journal, 0, 'availability')).toMatchObject({ result: 'false', verdict: 'pass' });
});

it('what a fault needs is there before the load comes, and is undone where it never came to the fault', async () => {
  const seen: string[] = [];
  const stateDir = mkdtempSync(join(folder, 'prepared-'));
  const prepared: Fault = {
    ...down,
    prepare: async (lab, entry) => {
      const scale = `/apis/apps/v1/namespaces/${lab.namespace}/deployments/back/scale`;
      await lab.kube.request('PATCH', scale, { spec: { replicas: 2 } }, 'application/merge-patch+json');
      seen.push(`prepared with ${lab.samples().length} requests, ${entry.arguments.replicas} replicas before`);
    },
    inject: async () => void seen.push('injected'),
  };
  const interrupt = new AbortController();
  const undone: unknown[] = [];
  const observer = (event: RunEvent): void => {
    if (event.type === 'phase-ended' && event.phase === 'preparation') interrupt.abort('SIGINT');
    if (event.type === 'phase-started' && event.phase === 'delete namespace')
      undone.push(readFileSync(join(stateDir, 'undo', readdirSync(join(stateDir, 'undo'))[0] ?? ''), 'utf8'));
  };
  const ended = await run(experiment({}, prepared), { stateDir, sideBySide: false, signal: interrupt.signal, observers: [observer] });
  const { journal } = ended;
  expect(seen).toEqual(['prepared with 0 requests, 1 replicas before']);
  expect(journal.variants[0]?.phases.map(({ name }) => name)).toContain('preparation');
  // The namespace is planned first, then the fault, which is undone before the namespace goes.
  expect(
    String(undone[0])
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => Object.keys(JSON.parse(line) as object)[0]),
  ).toEqual(['planned', 'planned', 'undone']);
  await expectNothingLeft(ended);
});

for (const phase of ['apply manifests', 'wait until ready', 'method', 'recovery']) {
  it(`a signal during "${phase}" undoes everything`, async () => {
    const interrupt = new AbortController();
    const observer = (event: RunEvent): void => {
      if (event.type === 'phase-started' && event.phase === phase && phase !== 'method') interrupt.abort('SIGINT');
      if (event.type === 'fault-bit' && phase === 'method') interrupt.abort('SIGINT');
    };
    const ended = await run(experiment(), { signal: interrupt.signal, observers: [observer] });
    const { journal } = ended;
    expect(journal.interrupted).toBe('SIGINT');
    expect(journal.outcome).toBe('inconclusive');
    expect(journal.variants.map(({ error }) => error)).toEqual([null, null]);
    if (phase === 'method') expect(journal.variants.flatMap(({ faults }) => faults).map(({ undoneAt }) => undoneAt)).not.toContain(null);
    await expectNothingLeft(ended);
  });
}

it('an observer that throws is told of once, and the run goes on', async () => {
  const said: RunEvent[] = [];
  const broken = (): void => {
    throw new Error('cannot draw');
  };
  const { journal } = await run(experiment({ method: steps(down, 300) }), { observers: [broken, (event) => void said.push(event)] });
  expect(journal.variants).toHaveLength(2);
  expect(said.filter(({ type }) => type === 'warning')).toEqual([{ type: 'warning', text: 'an observer of the run failed: cannot draw' }]);
});

it('a cluster that does not answer is errored', async () => {
  const kubeconfig = join(folder, 'nowhere');
  const cluster = '{ name: x, cluster: { server: "https://127.0.0.1:1" } }';
  writeFileSync(
    kubeconfig,
    `{ current-context: x, contexts: [{ name: x, context: { cluster: x, user: x } }], clusters: [${cluster}], users: [{ name: x, user: {} }] }`,
  );
  const { journal } = await run(experiment(), { kubeconfig });
  expect(journal.outcome).toBe('errored');
  expect(journal.reason).toContain('the API server at https://127.0.0.1:1 does not answer GET /version: connect ECONNREFUSED');
});

it('what a killed run left is undone by the next command, once', async () => {
  const stateDir = join(folder, 'killed');
  const kube = await connectKube(cluster.kubeconfig);
  const namespace = 'shoplab-left';
  await kube.request('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { 'shoplab.dev/run': 'x' } },
  });
  const [deployment] = app('back', {});
  await kube.request('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, {
    ...deployment,
    spec: { ...(deployment?.spec as object), replicas: 0 },
  });
  kube.close();
  const log = new UndoLog(stateDir, 'killed');
  log.plan({ fault: 'namespace', operation: 'delete-namespace', namespace, arguments: {} });
  const scale = { kind: 'Deployment', name: 'back', replicas: 1 };
  log.plan({ fault: 'back-down', operation: 'scale', namespace, arguments: scale });
  log.undone(log.plan({ fault: 'done', operation: 'unknown', namespace, arguments: {} }));
  // Of a process that goes on nothing is touched.
  expect(await undoLeftovers(stateDir, cluster.kubeconfig)).toEqual([]);
  writeFileSync(log.file, readFileSync(log.file, 'utf8').replace(/"owner":"[^"]*"/, '"owner":"999999999:1"'));
  expect(await undoLeftovers(stateDir, cluster.kubeconfig)).toEqual([
    `scaled Deployment back in ${namespace} back to 1`,
    `namespace ${namespace} is gone`,
  ]);
  expect(await namespaces()).not.toContain(namespace);
  expect(await undoLeftovers(stateDir, cluster.kubeconfig)).toEqual([]);
});
