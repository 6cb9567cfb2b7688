import { mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Journal } from '../experiments/engine/journal.ts';
import { formats } from '../reports/formats.ts';
import { UsageError } from './errors/usage-error.ts';

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

/** Writes the journal in every format. Answers the files by format. */
export function writeReports(folder: string, journal: Journal): Record<string, string> {
  return Object.fromEntries(
    Object.entries(formats).map(([name, { extension, render }]) => {
      const file = join(folder, `${journal.experiment.name}.${extension}`);
      writeFileSync(file, render(journal));
      return [name, file];
    }),
  );
}
