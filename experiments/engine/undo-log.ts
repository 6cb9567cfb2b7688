import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { UndoEntry } from './experiment.ts';
import { connectKube } from './kube/kube-clients.ts';
import { deleteNamespace, runLabel } from './kube/namespaces.ts';
import { undo } from './undo-operations.ts';

type Line = { id: string; entry: UndoEntry } | { id: string; undone: true };
const folderOf = (stateDir: string): string => join(stateDir, 'undo');

/** What is to be undone, on disk before it is done: a line of JSON each, flushed. One file a run, removed with its last entry. */
export class UndoLog {
  private readonly file: string;
  private readonly open = new Map<string, UndoEntry>();

  constructor(stateDir: string, run: string) {
    mkdirSync(folderOf(stateDir), { recursive: true, mode: 0o700 });
    this.file = join(folderOf(stateDir), `${run}.jsonl`);
  }

  /** Writes down how to undo a fault; to be called before it is injected. */
  begin(id: string, entry: UndoEntry): void {
    this.open.set(id, entry);
    this.append({ id, entry });
  }

  /** Says that it is undone. */
  end(id: string): void {
    this.open.delete(id);
    this.append({ id, undone: true });
    if (this.open.size === 0) rmSync(this.file, { force: true });
  }

  /** What is not undone yet, the last first. */
  pending(): [id: string, entry: UndoEntry][] {
    return [...this.open].reverse();
  }

  private append(line: Line): void {
    const descriptor = openSync(this.file, 'a', 0o600);
    try {
      writeSync(descriptor, `${JSON.stringify(line)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Undoes what killed runs have left in a cluster, and deletes their namespaces. Answers what was done, in sentences. */
export async function undoLeftovers(stateDir: string, kubeconfig: string): Promise<string[]> {
  const folder = folderOf(stateDir);
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];
  if (files.length === 0) return [];
  const kube = await connectKube(kubeconfig);
  const said: string[] = [];
  try {
    for (const name of files) {
      const [, pid] = /-p(\d+)\.jsonl$/.exec(name) ?? [];
      if (pid && isRunning(Number(pid))) continue; // a run beside this one
      for (const entry of unfinished(join(folder, name))) {
        await undo(kube, entry);
        said.push(`undid ${entry.fault} in namespace ${entry.namespace}`);
      }
      rmSync(join(folder, name), { force: true });
    }
    const { items } = await kube.request<{ items: { metadata: { name: string; labels?: Record<string, string> } }[] }>(
      'GET',
      `/api/v1/namespaces?labelSelector=${encodeURIComponent(runLabel)}`,
    );
    for (const { metadata } of items) {
      const [, pid] = /-p(\d+)$/.exec(metadata.labels?.[runLabel] ?? '') ?? [];
      if (pid && isRunning(Number(pid))) continue;
      await deleteNamespace(kube, metadata.name);
      said.push(`deleted namespace ${metadata.name}`);
    }
  } finally {
    kube.close();
  }
  return said;
}

function unfinished(file: string): UndoEntry[] {
  const open = new Map<string, UndoEntry>();
  for (const text of readFileSync(file, 'utf8').split('\n')) {
    if (!text.endsWith('}')) continue; // a torn last line: its fault was not injected yet
    const line = JSON.parse(text) as Line;
    if ('entry' in line) open.set(line.id, line.entry);
    else open.delete(line.id);
  }
  return [...open.values()].reverse();
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
