import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseExperiments } from '../choose-experiments.ts';
import { openReportFolder, writeReports } from '../report-folder.ts';
import { type RunOptions, runExperiments } from '../run-experiments.ts';
import type { FoundExercise } from './exercises.ts';
import { type EndedGradedRun, type Graded, grade, gradeWords } from './explain.ts';
import { type GradedRun, gradedRuns } from './graded-folder.ts';
import type { Workshop } from './progress.ts';
import { readAnswers } from './read-answers.ts';

export interface CheckedExercise extends Graded {
  /** The last run that was made; undefined where nothing was run. */
  run?: string;
  /** Its reports, by format. */
  report?: Record<string, string>;
  /** Files of the learner's that are others than they were and are not looked at. */
  unread: string[];
}

/** What `exercise check --json` prints. */
export interface CheckedJson {
  exercise: string;
  outcome: Graded['outcome'];
  /** What was seen. */
  observed: string;
  /** Id of what it comes from, where that is known. */
  explained: string | null;
  /** What that means, in words for the learner. */
  means: string | null;
  /** The last run: `treatment`, or the sabotage that an experiment was run on. */
  run: string | null;
  /** Its report as HTML. */
  report: string | null;
  unread: string[];
}

type CheckOptions = Omit<RunOptions, 'repeat' | 'rate' | 'loadMs' | 'sideBySide' | 'onJournal'>;

/** Grades the learner's files by what proves them, control included. Rejects with a UsageError where they cannot be read. */
export async function checkExercise(exercise: FoundExercise, workshop: Workshop, options: CheckOptions): Promise<CheckedExercise> {
  const folder = workshop.folderOf(exercise.name);
  const answers = readAnswers(exercise, folder);
  const scratch = mkdtempSync(join(tmpdir(), 'shoplab-exercise-'));
  try {
    const ended: EndedGradedRun[] = [];
    let report: Record<string, string> | undefined;
    for (const graded of gradedRuns(exercise, answers, options.manifests, join(scratch, 'manifests'))) {
      const journal = await runOne(graded, options);
      report = writeReports(openReportFolder(join(folder, 'report')), journal);
      ended.push({ ...graded, journal });
      if (journal.outcome !== graded.expected) break;
    }
    const found = 'words' in exercise.proof ? gradeWords(exercise, answers) : grade(exercise, ended, answers);
    remember(exercise.name, workshop, found);
    return { ...found, ...(report && { run: ended.at(-1)?.run, report }), unread: changedBeside(exercise, folder) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function runOne({ experiment, manifests }: GradedRun, options: CheckOptions): Promise<EndedGradedRun['journal']> {
  const chosen = await chooseExperiments({ names: [experiment] });
  const run = { ...options, manifests, repeat: 1, rate: undefined, loadMs: undefined, sideBySide: undefined, onJournal: () => undefined };
  const [journal] = await runExperiments(chosen, run);
  options.signal.throwIfAborted();
  if (!journal) throw new Error('the run wrote no journal');
  return journal;
}

function remember(name: string, workshop: Workshop, { outcome, observed, explanation }: Graded): void {
  const state = workshop.started(name);
  const now = new Date().toISOString();
  state.checks.push({ at: now, outcome, observed, ...(explanation && { explained: explanation.id }) });
  if (outcome === 'solved') state.solvedAt ??= now;
  workshop.keep(name, state);
}

/** Files of the start that the learner has changed although they are no answers. */
function changedBeside({ folder: source, answers }: FoundExercise, folder: string): string[] {
  const start = join(source, 'start');
  const files = readdirSync(start, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(start, name)).isFile());
  const isChanged = (name: string): boolean => {
    try {
      return readFileSync(join(folder, name), 'utf8') !== readFileSync(join(start, name), 'utf8');
    } catch {
      return true; // taken away
    }
  };
  return files.filter((name) => !answers.some(({ file }) => file === name) && isChanged(name));
}
