import { beyondBlastRadius } from '../engine/blast-radius.ts';
import { methodFor } from '../engine/overrides.ts';
import { experimentNames, findExperiment, listExperiments } from './catalog.ts';

test('every file of the folder is an experiment of its name', async () => {
  const experiments = await listExperiments();
  expect(experiments.map(({ name }) => name)).toEqual(experimentNames());
  expect(experimentNames()).toContain('async-decoupling');
});

test('an unknown name finds nothing, whatever it looks like', async () => {
  expect(await findExperiment('async-decuopling')).toBeUndefined();
  expect(await findExperiment('../engine/runner')).toBeUndefined();
});

test.each(experimentNames())('%s keeps within its blast radius and undoes what it injects', async (name) => {
  const experiment = await findExperiment(name);
  if (!experiment) throw new Error('not found');
  for (const loadMs of [undefined, experiment.loadMsWithLateMetrics]) {
    const method = methodFor(experiment, loadMs === undefined ? {} : { loadMs });
    expect(beyondBlastRadius({ ...experiment, method })).toEqual([]);
  }
  const injected = experiment.method.flatMap((step) => (step.do === 'inject' ? [step.fault.id] : []));
  const undone = experiment.method.flatMap((step) => (step.do === 'undo' ? [step.fault] : []));
  expect([...undone].sort()).toEqual([...injected].sort());
});
