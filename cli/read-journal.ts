import { readFileSync } from 'node:fs';
import { type Journal, journalSchema } from '../experiments/engine/journal.ts';
import { journalShape } from '../experiments/engine/journal-schema.ts';
import { UsageError } from './errors/usage-error.ts';

/** `foreign`: JSON that never was a journal; else it should have been one. */
type Parsed = { journal: Journal } | { journal: undefined; why: string; isForeign: boolean; cause?: unknown };

/** Reads a journal that a run has written; `-` is stdin. What is not one is a usage error that says why. */
export function readJournal(file: string): Journal {
  const parsed = parseJournal(readText(file));
  if (parsed.journal) return parsed.journal;
  throw new UsageError(`${file} is not a journal: ${parsed.why}`, {
    hint: 'a run leaves one beside its report, as <experiment>.json',
    ...(parsed.cause !== undefined && { cause: parsed.cause }),
  });
}

export function parseJournal(text: string): Parsed {
  let read: Partial<Journal> | null;
  try {
    read = JSON.parse(text);
  } catch (cause) {
    return { journal: undefined, why: 'it is not JSON', isForeign: false, cause };
  }
  if (read?.schema !== journalSchema) {
    const why = `its schema is ${JSON.stringify(read?.schema)}, not ${JSON.stringify(journalSchema)}`;
    return { journal: undefined, why, isForeign: true };
  }
  const { error } = journalShape.safeParse(read);
  return error ? { journal: undefined, why: problemsOf(error.issues), isForeign: false } : { journal: read as Journal };
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
