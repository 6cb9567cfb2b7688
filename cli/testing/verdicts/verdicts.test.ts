import { experimentNames } from '../../../experiments/catalog/catalog.ts';
import { allCells } from './all-cells.ts';
import { addCounted, verdictTable } from './verdict-table.ts';

test('every experiment of the catalog is in the matrix, in place, sabotaged and without evidence', () => {
  expect(allCells.map(({ experiment }) => experiment).sort()).toEqual(experimentNames().sort());
  for (const { cells } of allCells) {
    const kinds = [...new Set(cells.map(({ kind }) => kind))].sort();
    expect(kinds).toEqual(['in place', 'no evidence', 'sabotaged']);
    expect(new Set(cells.map(({ name }) => name)).size).toBe(cells.length);
  }
});

test('a wrong verdict is counted and told of', () => {
  const cell = { name: 'the breaker never opens', kind: 'sabotaged' as const };
  const sitting = { date: '2026-01-01', commit: 'abc1234', runs: 5, node: 'v20.0.0', cpus: 2 };
  const experiment = 'circuit-breaker';
  const first = { experiment, cell, outcomes: { failed: 5 }, wrong: [] };
  const second = { experiment, cell, outcomes: { failed: 4, passed: 1 }, wrong: ['failed expected, got 0 passed: It held.\nmore'] };
  const counted = addCounted(
    { sittings: [sitting], tallies: [first] },
    { sittings: [{ ...sitting, commit: 'def5678' }], tallies: [second] },
  );
  expect(addCounted(counted, { sittings: [sitting], tallies: [] }).sittings).toEqual([{ ...sitting, runs: 10 }, counted.sittings[1]]);
  const table = verdictTable('Do they?', ['Each experiment.'], counted);
  expect(table).toContain('9 of 10 verdicts were right');
  expect(table).toContain('| circuit-breaker | sabotaged: the breaker never opens | failed | 1 | 9 | 0 | 0 | 1 |');
  expect(table).toContain('- circuit-breaker, the breaker never opens: failed expected, got 0 passed: It held.\n');
  expect(table).toContain('- 2026-01-01, commit def5678: 5 runs, Node v20.0.0, 2 CPUs\n');
});
