import { listExperiments } from '../experiments/catalog/catalog.ts';
import { chooseWithinBudget, estimateMs } from './choose-within-budget.ts';

const catalog = async () => (await listExperiments()).map((experiment) => ({ experiment, word: experiment.name }));
const names = (all: { word: string }[]) => all.map(({ word }) => word);
const minutes = 60_000;

test('with time enough all are taken, in their order', async () => {
  const all = await catalog();
  expect(chooseWithinBudget(all, 60 * minutes)).toEqual({ taken: all, left: [] });
});

test('what is taken fits, and what is left would not have said more in its place', async () => {
  const all = await catalog();
  for (const budgetMs of [0.5, 1, 2, 3, 4].map((count) => count * minutes)) {
    const { taken, left } = chooseWithinBudget(all, budgetMs);
    expect(taken.reduce((sum, { experiment }) => sum + estimateMs(experiment), 0)).toBeLessThanOrEqual(budgetMs);
    expect([...names(taken), ...names(left)].sort()).toEqual(names(all).sort());
    const spareMs = budgetMs - taken.reduce((sum, { experiment }) => sum + estimateMs(experiment), 0);
    // One for one.
    for (const out of left) {
      expect(estimateMs(out.experiment)).toBeGreaterThan(spareMs);
      for (const one of taken) {
        const fits = estimateMs(out.experiment) <= spareMs + estimateMs(one.experiment);
        expect(fits && out.experiment.criteria.length > one.experiment.criteria.length).toBe(false);
      }
    }
  }
});

test('of two that say as much the shorter is taken', async () => {
  const [one] = await catalog();
  if (!one) throw new Error('the catalog is empty');
  const shorter = { word: 'shorter', experiment: { ...one.experiment, method: one.experiment.method.slice(0, 1) } };
  expect(names(chooseWithinBudget([one, shorter], estimateMs(one.experiment)).taken)).toEqual(['shorter']);
});

test('where none fits the shortest is named, with what it takes', async () => {
  const all = await catalog();
  expect(() => chooseWithinBudget(all, 1000)).toThrow('no experiment fits into 1 s');
});

test('estimates are of the order of what the catalog takes', async () => {
  for (const { experiment } of await catalog()) {
    expect(estimateMs(experiment)).toBeGreaterThan(10_000);
    expect(estimateMs(experiment)).toBeLessThan(120_000);
  }
});
