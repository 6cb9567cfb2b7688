import { readFileSync } from 'node:fs';
import { type Journal, journalSchema } from '../experiments/engine/journal.ts';
import { journalShape } from '../experiments/engine/journal-schema.ts';
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
  const { error } = journalShape.safeParse(journal);
  if (error) fail(problemsOf(error.issues));
  return journal as Journal;
}

const mostProblems = 5;

/** `variants[0].checks[3].verdict: …`; the first few, for one fault often makes many. */
function problemsOf(issues: { path: PropertyKey[]; message: string }[]): string {
  const place = (path: PropertyKey[]): string =>
    path.reduce<string>(
      (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part)),
      '',
    );
  const told = issues.slice(0, mostProblems).map(({ path, message }) => `${place(path)}: ${message}`);
  return [...told, ...(issues.length > mostProblems ? [`and ${issues.length - mostProblems} more problems`] : [])].join('; ');
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
