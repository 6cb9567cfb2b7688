import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal } from '../../../experiments/engine/journal.ts';
import { packageRoot } from '../../config.ts';

/** What grading looks at of a run that was made: its outcome, the checks that did not come out true, and what Events said. */
export interface RecordedRun {
  run: string;
  journal: Pick<Journal, 'outcome' | 'reason'> & { variants: Pick<Journal['variants'][number], 'name' | 'checks' | 'events'>[] };
}

/** By answer: `start`, `solution`, `wrong/…`. */
export type Recording = Record<string, RecordedRun>;

const fileOf = (exercise: string): string => join(packageRoot(), 'cli/exercise/testing/recorded', `${exercise}.json`);

export const readRecording = (exercise: string): Recording => JSON.parse(readFileSync(fileOf(exercise), 'utf8')) as Recording;

/** Keeps what a run came to, for tests that only grade. */
export function record(exercise: string, answer: string, run: string, { outcome, reason, variants }: Journal): void {
  let known: Recording = {};
  try {
    known = readRecording(exercise);
  } catch {
    // the first of this exercise
  }
  const treatment = variants.filter(({ name }) => name === 'treatment');
  known[answer] = {
    run,
    journal: {
      outcome,
      reason,
      variants: treatment.map(({ name, checks, events }) => ({
        name,
        checks: checks.filter(({ result }) => result !== 'true').map(({ findings: _findings, ...check }) => check),
        events: events.filter(({ type }) => type === 'Warning').slice(0, 20),
      })),
    },
  };
  // Where it was played says nothing of what was seen.
  const text = JSON.stringify(known, undefined, 2).replaceAll(/\/[^\s"]*\/shoplab-run-test-[^/\s"]*/g, '.');
  writeFileSync(fileOf(exercise), `${text}\n`);
}
