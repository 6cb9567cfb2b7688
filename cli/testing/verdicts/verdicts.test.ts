import { experimentNames } from '../../../experiments/catalog/catalog.ts';
import { allCells } from './all-cells.ts';
import { verdictTable } from './verdict-table.ts';

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
  const table = verdictTable(
    'Do they?',
    ['Each experiment.'],
    [{ experiment: 'circuit-breaker', cell, outcomes: { failed: 9, passed: 1 }, wrong: ['failed expected, got 0 passed: It held.\nmore'] }],
    new Date(0),
  );
  expect(table).toContain('9 of 10 verdicts were right');
  expect(table).toContain('| circuit-breaker | sabotaged: the breaker never opens | failed | 1 | 9 | 0 | 0 | 1 |');
  expect(table).toContain('- circuit-breaker, the breaker never opens: failed expected, got 0 passed: It held.\n');
});
