import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Journal } from '../experiments/engine/journal.ts';
import { type Format, formats } from '../reports/formats.ts';
import { makeSuite, type Suite } from '../reports/suite/suite.ts';
import { UsageError } from './errors/usage-error.ts';
import { parseJournal, readJournal } from './read-journal.ts';

/** Formats that an index is written in. Not JUnit: a CI system that takes all XML files of a folder would count each case twice. */
const indexFormats = ['html', 'markdown', 'terminal'] as const;

/** Makes the folder and tries it, so that a run of a minute does not end with a report that cannot be written. Answers its absolute path. */
export function openReportFolder(folder: string): string {
  const path = resolve(folder);
  try {
    mkdirSync(path, { recursive: true });
    rmdirSync(mkdtempSync(join(path, '.shoplab-')));
    return path;
  } catch (cause) {
    throw new UsageError(`the report folder ${path} cannot be written`, { cause, hint: 'choose another with --report-dir' });
  }
}

/** Writes the journal in every format, and an index over all journals that the folder then has. Answers the files by format. */
export function writeReports(folder: string, journal: Journal): Record<string, string> {
  const files = Object.fromEntries(
    Object.entries<Format>(formats).flatMap(([name, { extension, render }]) => {
      if (extension === undefined) return [];
      const file = join(folder, `${journal.experiment.name}.${extension}`);
      writeFileSync(file, render(journal));
      return [[name, file]];
    }),
  );
  const suite = readSuite(folder);
  for (const name of indexFormats) writeFileSync(join(folder, `index.${formats[name].extension}`), formats[name].renderSuite(suite));
  return files;
}

/** Where each of the runs that `--repeat` sums up has reports of its own. */
export const runFolder = (folder: string, run: number | string): string => join(folder, 'runs', String(run));

/** Writes to one folder all that the runs wrote whose journals another has, also those of runs that were summed up. */
export function rewriteReports(from: string, to: string): void {
  const folder = openReportFolder(to);
  for (const journal of readSuite(from).journals) writeReports(folder, journal);
  const runs = runFolder(from, '');
  for (const { name } of existsSync(runs) ? readdirSync(runs, { withFileTypes: true }).filter((one) => one.isDirectory()) : [])
    rewriteReports(join(runs, name), runFolder(to, name));
}

/** The journals that runs have left in a folder. Other JSON files are none of ours; a journal that is broken is told of. */
export function readSuite(folder: string): Suite {
  const journals: Journal[] = [];
  const leftOut: string[] = [];
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
    const parsed = parseJournal(readFileSync(join(folder, name), 'utf8'));
    if (parsed.journal) journals.push(parsed.journal);
    else if (!parsed.isForeign) leftOut.push(`${name}: ${parsed.why}`);
  }
  return makeSuite(journals, leftOut);
}

/** One journal, or the suite that a folder has; a folder without any is a usage error. */
export function readJournalOrSuite(path: string): { journal: Journal; suite?: undefined } | { suite: Suite; journal?: undefined } {
  if (path === '-' || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) return { journal: readJournal(path) };
  const suite = readSuite(path);
  if (suite.journals.length === 0)
    throw new UsageError(`the folder ${path} has no journal${suite.leftOut.map((one) => `; ${one}`).join('')}`, {
      hint: 'name a folder that a run has written, for example shoplab-report',
    });
  return { suite };
}
