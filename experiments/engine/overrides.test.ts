import { experiment } from '../catalog/async-decoupling.ts';
import { methodFor, scenarioFor } from './overrides.ts';

const waits = (steps: typeof experiment.method): number[] => steps.flatMap((step) => (step.do === 'wait' ? [step.durationMs] : []));

test('without overrides all is as declared', () => {
  expect(methodFor(experiment, {})).toBe(experiment.method);
  expect(scenarioFor(experiment, {})).toBe(experiment.load);
});

test('a duration scales the waits in their proportions, and nothing else', () => {
  const scaled = methodFor(experiment, { loadMs: 8000 });
  const declared = waits(experiment.method);
  const all = declared.reduce((sum, one) => sum + one, 0);
  expect(waits(scaled)).toEqual(declared.map((one) => Math.round((one * 8000) / all)));
  expect(scaled.filter((step) => step.do !== 'wait')).toEqual(experiment.method.filter((step) => step.do !== 'wait'));
});

test('a rate replaces the declared one', () => {
  expect(scenarioFor(experiment, { rate: 7 }).rate).toBe(7);
});
