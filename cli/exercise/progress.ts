import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../errors/usage-error.ts';

const check = z.object({
  at: z.string(),
  outcome: z.enum(['solved', 'not-yet', 'unclear']),
  /** Id of the explanation that was given. */
  explained: z.string().optional(),
  /** What was observed. */
  observed: z.string(),
});
const exercise = z.object({
  startedAt: z.string(),
  hints: z.int().min(0).max(3),
  checks: z.array(check),
  solvedAt: z.string().optional(),
  /** When the solution was shown, if it was before it was solved. */
  gaveUpAt: z.string().optional(),
});
const progress = z.object({ workshop: z.literal(1), exercises: z.record(z.string(), exercise) });

export type Progress = z.output<typeof progress>;
export type ExerciseProgress = Progress['exercises'][string];
export type CheckOutcome = ExerciseProgress['checks'][number];

const fileName = '.shoplab-workshop.json';

/** A learner's folder with what has been done in it. */
export class Workshop {
  readonly folder: string;
  private readonly progress: Progress;

  private constructor(folder: string, progress: Progress) {
    this.folder = folder;
    this.progress = progress;
  }

  /** The folder as it is; an empty workshop where there is none yet. Throws a UsageError where its progress cannot be read. */
  static open(folder: string): Workshop {
    const path = resolve(folder);
    const file = join(path, fileName);
    if (!existsSync(file)) return new Workshop(path, { workshop: 1, exercises: {} });
    try {
      return new Workshop(path, progress.parse(JSON.parse(readFileSync(file, 'utf8'))));
    } catch (cause) {
      throw new UsageError(`the progress in ${file} cannot be read: ${(cause as Error).message}`, {
        cause,
        hint: 'it is written by shoplab alone; take it away to begin anew',
      });
    }
  }

  /** The one of a folder, or where none is named, that which `from` lies in; else ./shoplab-workshop, which may not be there yet. */
  static find(folder: string | undefined, from = '.'): Workshop {
    if (folder !== undefined) return Workshop.open(folder);
    for (let path = resolve(from); ; path = dirname(path)) {
      if (existsSync(join(path, fileName))) return Workshop.open(path);
      if (path === dirname(path)) return Workshop.open(join(from, 'shoplab-workshop'));
    }
  }

  /** Whether something was started here. */
  get exists(): boolean {
    return Object.keys(this.progress.exercises).length > 0;
  }

  of(name: string): ExerciseProgress | undefined {
    return this.progress.exercises[name];
  }

  /** That of an exercise that has been started. Throws a UsageError where it has not. */
  started(name: string): ExerciseProgress {
    const found = this.of(name);
    if (!found) throw new UsageError(`${name} has not been started in ${this.folder}`, { hint: `shoplab exercise start ${name}` });
    return found;
  }

  folderOf(name: string): string {
    return join(this.folder, name);
  }

  /** Keeps what is new of an exercise; undefined forgets it. */
  keep(name: string, state: ExerciseProgress | undefined): void {
    if (state) this.progress.exercises[name] = state;
    else delete this.progress.exercises[name];
    mkdirSync(this.folder, { recursive: true });
    const file = join(this.folder, fileName);
    writeFileSync(`${file}.new`, `${JSON.stringify(this.progress, undefined, 2)}\n`);
    renameSync(`${file}.new`, file);
  }
}
