import { experiment } from '../catalog/async-decoupling.ts';
import { experiment as readiness } from '../catalog/readiness.ts';
import { rampingArrivalRate } from '../load/ramping-arrival-rate.ts';
import { rampingVUs } from '../load/ramping-vus.ts';
import { methodFor, scenarioFor } from './overrides.ts';

const waits = (steps: typeof experiment.method): number[] => steps.flatMap((step) => (step.do === 'wait' ? [step.durationMs] : []));

test('without overrides all is as declared', () => {
  expect(methodFor(experiment, {})).toBe(experiment.method);
  expect(scenarioFor(experiment, {})).toEqual(experiment.load);
});

test('a duration scales the waits in their proportions, and nothing else', () => {
  const scaled = methodFor(experiment, { loadMs: 8000 });
  const declared = waits(experiment.method);
  const all = declared.reduce((sum, one) => sum + one, 0);
  expect(waits(scaled)).toEqual(declared.map((one) => Math.round((one * 8000) / all)));
  expect(scaled.filter((step) => step.do !== 'wait')).toEqual(experiment.method.filter((step) => step.do !== 'wait'));
});

test('a ramp keeps its shape: its highest rate is the one given, and it lasts as long as the waits', () => {
  const { start: _, executor: __, rate: ___, ...scenario } = experiment.load;
  const stages = [
    { target: 10, durationMs: 8000 },
    { target: 40, durationMs: 8000 },
  ];
  const ramped = { ...experiment, load: rampingArrivalRate({ ...scenario, startRate: 4, stages }) };
  expect(ramped.load).toMatchObject({ executor: 'ramping-arrival-rate', rate: 40 });
  const half = waits(experiment.method).reduce((sum, one) => sum + one, 0) / 2;
  expect(scenarioFor(ramped, { rate: 20, loadMs: half })).toMatchObject({
    rate: 20,
    ramp: {
      startRate: 2,
      stages: [
        { target: 5, durationMs: 4000 },
        { target: 20, durationMs: 4000 },
      ],
    },
  });
});

test('a ramp of users lasts as long as the waits, and has no rate to replace', () => {
  const { start: _, executor: __, rate: ___, maxVUs: ____, ...scenario } = experiment.load;
  const load = rampingVUs({ ...scenario, startVUs: 1, stages: [{ target: 5, durationMs: 8000 }] });
  const half = waits(experiment.method).reduce((sum, one) => sum + one, 0) / 2;
  expect(scenarioFor({ ...experiment, load }, { loadMs: half })).toEqual({
    ...load,
    vuRamp: { startVUs: 1, stages: [{ target: 5, durationMs: 4000 }] },
  });
});

test('a rate replaces the declared one', () => {
  expect(scenarioFor(experiment, { rate: 7 }).rate).toBe(7);
});

test('connections that take turns are each used as often as declared', () => {
  const declared = readiness.load;
  expect(scenarioFor(readiness, {})).toEqual(declared);
  const scaled = scenarioFor(readiness, { rate: 100 });
  expect(scaled).toMatchObject({ rate: 100, connections: 40 });
  expect(declared).toMatchObject({ rate: 250, connections: 100 });
  expect(scenarioFor(readiness, { rate: 1 }).connections).toBe(1);
});
