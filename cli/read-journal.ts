import { readFileSync } from 'node:fs';
import { type Journal, journalSchema } from '../experiments/engine/journal.ts';
import { UsageError } from './errors/usage-error.ts';

/** Reads a journal that a run has written; `-` is stdin. What is not one is a usage error that says why. */
export function readJournal(file: string): Journal {
  const text = readText(file);
  const fail = (why: string, cause?: unknown): never => {
    throw new UsageError(`${file} is not a journal: ${why}`, {
      hint: 'a run leaves one beside its report, as <experiment>.json',
      ...(cause ? { cause } : {}),
    });
  };
  let journal: Partial<Journal> | undefined;
  try {
    journal = JSON.parse(text);
  } catch (cause) {
    fail('it is not JSON', cause);
  }
  if (journal?.schema !== journalSchema) fail(`its schema is ${JSON.stringify(journal?.schema)}, not ${JSON.stringify(journalSchema)}`);
  return journal as Journal;
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new UsageError(`the journal ${file} cannot be read`, {
      cause,
      hint: 'name a file that a run has written, for example shoplab-report/async-decoupling.json',
    });
  }
}
