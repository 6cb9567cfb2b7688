import type { Journal } from '../experiments/engine/journal.ts';
import { type Comparison, compareSuites } from '../reports/compare/compare.ts';
import { makeSuite } from '../reports/suite/suite.ts';
import { UsageError } from './errors/usage-error.ts';
import { readJournalOrSuite } from './report-folder.ts';

/** The journals of a run before, to hold one of these experiments against: of a file, or all of a folder. Throws a UsageError where it has none of them. */
export function readBaseline(path: string, experiments: string[]): Journal[] {
  const { journal, suite } = readJournalOrSuite(path);
  const journals = journal ? [journal] : suite.journals;
  if (journals.some(({ experiment }) => experiments.includes(experiment.name))) return journals;
  throw new UsageError(`the baseline ${path} has none of ${experiments.join(', ')}`, {
    hint: `it has ${journals.map(({ experiment }) => experiment.name).join(', ')}`,
  });
}

/** A run beside its baseline, of which only the same experiments count: the run may be of fewer. */
export function compareWithBaseline(baseline: Journal[], journals: Journal[]): Comparison {
  const names = new Set(journals.map(({ experiment }) => experiment.name));
  return compareSuites(makeSuite(baseline.filter(({ experiment }) => names.has(experiment.name))), makeSuite(journals));
}
