import type { Journal } from '../../experiments/engine/journal.ts';
import type { Exercise, Explanation } from './exercise-shape.ts';
import type { GradedRun } from './graded-folder.ts';
import type { Answers } from './read-answers.ts';

/** What was found of an answer. */
export interface Graded {
  outcome: 'solved' | 'not-yet' | 'unclear';
  /** What was seen, as the journal says it. */
  observed: string;
  /** What it comes from, where that is known. */
  explanation?: Explanation;
}

/** A run that grades, with what it came to. */
export type EndedGradedRun = Pick<GradedRun, 'run' | 'expected'> & { journal: Journal };

/**
 * Grades by the runs. What is explained is not yet solved, also where a run is inconclusive or did not come to its end, as the answer is the cause;
 * without an explanation such a run says nothing of the answer.
 */
export function grade({ explain }: Pick<Exercise, 'explain'>, runs: EndedGradedRun[], answers: Answers): Graded {
  const off = runs.find(({ journal, expected }) => journal.outcome !== expected);
  if (!off) return { outcome: 'solved', observed: runs.map(({ journal }) => journal.reason).join(' ') };
  for (const explanation of explain) {
    const observed = observedOf(explanation.when, off, answers);
    if (observed !== undefined) return { outcome: 'not-yet', observed, explanation };
  }
  const { outcome, reason } = off.journal;
  return { outcome: outcome === 'failed' || outcome === 'passed' ? 'not-yet' : 'unclear', observed: reason };
}

/** Grades answers that are words, each question by its own; the first that is not right is told. */
export function gradeWords({ explain, answers: [file], proof }: Pick<Exercise, 'explain' | 'answers' | 'proof'>, answers: Answers): Graded {
  if (!('words' in proof) || !file) throw new Error('this exercise does not ask for words');
  const given = (answers.objects[file.file] ?? {}) as Record<string, unknown>;
  const all = Object.entries(proof.words);
  const wrong = all.filter(([question, word]) => given[question] !== word);
  const [first] = wrong;
  const observed = `${all.length - wrong.length} of ${all.length} answers hold`;
  if (!first) return { outcome: 'solved', observed };
  const [question] = first;
  const explanation = explain.find(({ when: { answer } }) => answer?.has === question && fits(answer, answers)) ?? explain.at(-1);
  return {
    outcome: 'not-yet',
    observed: `${observed}; ${question}: ${String(given[question] ?? '–')}`,
    ...(explanation && { explanation }),
  };
}

/** What was seen that it is about; undefined where it does not fit. */
function observedOf(when: Explanation['when'], { run, journal }: EndedGradedRun, answers: Answers): string | undefined {
  const { check, result: wanted, event, reason, outcome, answer } = when;
  if (when.run !== undefined && when.run !== run) return undefined;
  if (outcome !== undefined && journal.outcome !== outcome) return undefined;
  if (answer && !fits(answer, answers)) return undefined;
  const treatment = journal.variants.find(({ name }) => name === 'treatment');
  const seen: string[] = [];
  if (check !== undefined) {
    const found = treatment?.checks.find(
      ({ id, result }) => check.split('|').includes(id) && (wanted === 'any' ? result !== 'true' : result === (wanted ?? 'false')),
    );
    if (!found) return undefined;
    seen.push(found.message);
  }
  if (event !== undefined) {
    const found = treatment?.events.find(({ message }) => message.includes(event));
    if (!found) return undefined;
    seen.push(`${found.object}: ${found.message}`);
  }
  if (reason !== undefined) {
    if (!journal.reason.includes(reason)) return undefined;
    seen.push(journal.reason);
  }
  return seen[0] ?? journal.reason;
}

function fits(
  { of, has, lacks, is, matches, matchesNot }: NonNullable<Explanation['when']['answer']>,
  { objects, files }: Answers,
): boolean {
  if (lacks !== undefined && at(objects[of], lacks) !== undefined) return false;
  if (matches !== undefined && !new RegExp(matches, 'm').test(files[of] ?? '')) return false;
  if (matchesNot !== undefined && new RegExp(matchesNot, 'm').test(files[of] ?? '')) return false;
  if (has === undefined) return true;
  const value = at(objects[of], has);
  return is === undefined ? value !== undefined : value === is;
}

/** A field by its path; undefined where it is not there, or is null. */
const at = (object: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, key) => (inner as Record<string, unknown> | null | undefined)?.[key], object) ?? undefined;
