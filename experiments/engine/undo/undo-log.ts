import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { UndoEntry } from '../experiment.ts';
import { ownerProcess } from '../owner-process.ts';

/** A line of the log: what is to be undone, or that it was. */
type Line = { owner: string } | { planned: number; entry: UndoEntry } | { undone: number };

/** Folder of undo logs below a state folder. */
export const undoFolder = (stateDir: string): string => join(stateDir, 'undo');

/** What one run has broken and how to mend it, on disk before it is broken: JSON lines, each fsynced. */
export class UndoLog {
  readonly file: string;
  private readonly open: { id: number; entry: UndoEntry }[] = [];
  private last = 0;

  /** `run` names the file. */
  constructor(stateDir: string, run: string) {
    mkdirSync(undoFolder(stateDir), { recursive: true, mode: 0o700 });
    this.file = join(undoFolder(stateDir), `${run}.jsonl`);
    this.append({ owner: ownerProcess() ?? String(process.pid) });
  }

  /** Writes down how to undo what is about to be done. Answers the id for `undone`. */
  plan(entry: UndoEntry): number {
    this.last += 1;
    this.append({ planned: this.last, entry });
    this.open.push({ id: this.last, entry });
    return this.last;
  }

  undone(id: number): void {
    this.append({ undone: id });
    const at = this.open.findIndex((one) => one.id === id);
    if (at >= 0) this.open.splice(at, 1);
  }

  /** What is not undone yet, the last first. */
  pending(): { id: number; entry: UndoEntry }[] {
    return [...this.open].reverse();
  }

  /** Removes the file where nothing is left to undo. */
  close(): void {
    if (this.open.length === 0) rmSync(this.file, { force: true });
  }

  private append(line: Line): void {
    const file = openSync(this.file, 'a', 0o600);
    try {
      writeSync(file, `${JSON.stringify(line)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
}

/** The logs in a state folder, with who wrote them and what is not undone, the last first. */
export function readUndoLogs(stateDir: string): { file: string; owner: string; pending: UndoEntry[] }[] {
  let names: string[];
  try {
    names = readdirSync(undoFolder(stateDir)).filter((name) => name.endsWith('.jsonl'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names.sort().map((name) => {
    const file = join(undoFolder(stateDir), name);
    const pending = new Map<number, UndoEntry>();
    let owner = '';
    // The last line may be cut: what it told of was not begun.
    for (const text of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
      const line = JSON.parse(text) as Line;
      if ('owner' in line) owner = line.owner;
      else if ('planned' in line) pending.set(line.planned, line.entry);
      else pending.delete(line.undone);
    }
    return { file, owner, pending: [...pending.values()].reverse() };
  });
}
