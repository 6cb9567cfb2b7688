import { rmSync } from 'node:fs';
import { connectKube } from '../kube/kube-clients.ts';
import { isOwnerAlive } from '../owner-process.ts';
import { performUndo } from './operations.ts';
import { readUndoLogs } from './undo-log.ts';

const undoWithinMs = 60_000;

/**
 * Undoes what killed runs left in a cluster, by the logs in its state folder; runs that go on are left alone. Answers what was done, in
 * sentences. Rejects where something could not be undone; its log stays then.
 */
export async function undoLeftovers(stateDir: string, kubeconfig: string): Promise<string[]> {
  const left = readUndoLogs(stateDir).filter(({ owner }) => !isOwnerAlive(owner));
  const said: string[] = [];
  const failures: string[] = [];
  if (left.length === 0) return said;
  const kube = left.some(({ pending }) => pending.length > 0) ? await connectKube(kubeconfig) : undefined;
  try {
    for (const { file, pending } of left) {
      const before = failures.length;
      for (const entry of pending) {
        if (!kube) continue;
        try {
          said.push(await performUndo(kube, entry, AbortSignal.timeout(undoWithinMs)));
        } catch (error) {
          failures.push(`${entry.fault} in ${entry.namespace}: ${(error as Error).message}`);
        }
      }
      if (failures.length === before) rmSync(file, { force: true });
    }
  } finally {
    kube?.close();
  }
  if (failures.length > 0) throw new Error(`what a killed run left could not be undone: ${failures.join('; ')}`);
  return said;
}
