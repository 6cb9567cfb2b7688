import { experimentFileShape, experimentJsonSchema } from './experiment-file.ts';
import { experimentOf } from './experiment-of.ts';
import { faultOf, faultShape } from './fault-shapes.ts';

const common = { id: 'broken', biteWithin: '5s' };
const faults = [
  { fault: 'pod-delete', ...common, service: 'web', gracePeriodSeconds: 0 },
  { fault: 'container-kill', ...common, service: 'web', signal: 'INT' },
  { fault: 'scale-to-zero', ...common, deployment: 'web', port: 80 },
  { fault: 'scale-out', ...common, deployment: 'web', replicas: 3 },
  { fault: 'rollout', ...common, deployment: 'web', env: { VERSION: '2' } },
  { fault: 'network-toxic', ...common, service: 'web', port: 80, toxics: [{ type: 'latency', attributes: { latency: 300, jitter: 20 } }] },
  { fault: 'process-kill', ...common, service: 'web', chaosPort: 9000 },
  { fault: 'event-loop-hang', ...common, service: 'web', port: 80 },
  { fault: 'health-failure', ...common, service: 'web', port: 80, live: 500 },
  { fault: 'release', id: 'broken', service: 'web', version: '2.0.0', variables: { GATE: 'on' } },
] as const;

test.each(faults.map((declared) => [declared.fault, declared] as const))(
  '%s is the fault of that name, on that service',
  (name, declared) => {
    const fault = faultOf(faultShape.parse(declared));
    expect(fault).toMatchObject({ id: 'broken', name, services: ['web'] });
    expect(fault.target).toContain('web');
  },
);

test('no fault is left out', () => {
  const known = faultShape.options.map(({ shape }) => [...shape.fault.values][0]);
  expect(known.sort()).toEqual(faults.map(({ fault }) => fault).sort());
});

const file = {
  name: 'mine',
  title: 'Mine',
  hypothesis: 'it holds',
  control: { manifests: 'a', difference: 'without' },
  treatment: { manifests: 'b', difference: 'with' },
  blastRadius: { services: ['web'], pods: 'all', maxDuration: '1m30s' },
  steadyState: [
    { http: { service: 'web', port: 80 } },
    { http: { service: 'web', port: 80, path: '/deep' } },
    { available: { name: 'web' } },
    { rolledOut: { name: 'web' } },
    { pods: { labelSelector: 'app=web', ready: 2 } },
  ],
  abortOn: [{ unless: { available: { name: 'db' } }, longerThan: '2.5s' }, { unless: { available: { name: 'db' } } }],
  load: {
    executor: 'ramping-arrival-rate',
    startRate: 10,
    stages: [{ target: 100, duration: '30s' }],
    connections: 4,
    request: { service: 'web', port: 80, method: 'POST', path: '/orders', body: { productId: 1 }, headers: { 'x-a': 1 }, timeout: '900ms' },
    expectStatuses: [201],
  },
  method: [
    { wait: '1s', only: 'treatment' },
    { inject: { ...faults[0] } },
    { await: { available: { name: 'web' } }, id: 'back', within: '20s' },
    { undo: 'broken' },
  ],
  criteria: [
    { availability: { during: 'broken', atLeast: 99 }, control: 'fails' },
    { availability: { during: 'broken', until: 'back', atLeast: 95 }, control: 'holds', title: 'it is well again' },
    { latency: { during: 'broken', percentile: 95, atMost: '300ms' }, control: 'holds' },
    { noneLost: { during: 'broken', until: 'back' }, control: 'fails' },
    { state: { pods: { labelSelector: 'app=web', ready: 2 } }, control: 'holds' },
  ],
};

test('every part of a file is a part of the experiment; what is asked twice has two ids', () => {
  const experiment = experimentOf(experimentFileShape.parse(file));
  expect(experiment).toMatchObject({
    blastRadius: { maxDurationMs: 90_000 },
    abortOn: [{ probe: { id: 'db-available' }, longerThanMs: 2500 }, { probe: { id: 'db-available-2' } }],
    load: {
      executor: 'ramping-arrival-rate',
      rate: 100,
      ramp: { startRate: 10, stages: [{ target: 100, durationMs: 30_000 }] },
      connections: 4,
      request: { method: 'POST', path: '/orders', body: { productId: 1 }, headers: { 'x-a': '1' }, timeoutMs: 900 },
      expectStatuses: [201],
    },
    method: [
      { do: 'wait', only: 'treatment', durationMs: 1000 },
      { do: 'inject', fault: { id: 'broken' } },
      { do: 'await', id: 'back', timeoutMs: 20_000, title: 'Deployment web is available' },
      { do: 'undo', fault: 'broken' },
    ],
  });
  const ids = ({ id }: { id: string }): string => id;
  expect(experiment.steadyState.map(ids)).toEqual(['web-answers', 'web-answers-2', 'web-available', 'web-rolled-out', '2-ready']);
  expect(experiment.criteria.map(ids)).toEqual(['availability', 'availability-2', 'latency-p95', 'none-lost', '2-ready']);
});

test('the JSON Schema is of what is written, with its defaults left open', () => {
  const schema = experimentJsonSchema() as { required: string[]; properties: Record<string, unknown> };
  expect(schema.required).not.toContain('abortOn');
  expect(schema.required).toEqual(expect.arrayContaining(['name', 'load', 'method', 'criteria']));
});
