import { KubeError } from './errors.ts';
import type { KubeClients, UndoEntry } from './experiment.ts';

type Operation = (kube: KubeClients, entry: UndoEntry) => Promise<void>;

/** What an undo entry may ask for. Each may be done twice, and is done when what it concerns is gone. */
const operations: Record<string, Operation> = {
  /** Sets spec.replicas of `{path}` to `{replicas}`. */
  scale: async (kube, { arguments: { path, replicas } }) => {
    await kube.request('PATCH', `${path}/scale`, { spec: { replicas } }, 'application/merge-patch+json');
  },
  /** The cluster heals it by itself: there is nothing to undo. */
  none: async () => undefined,
};

/** Undoes one entry. Rejects where it cannot be. */
export async function undo(kube: KubeClients, entry: UndoEntry): Promise<void> {
  const operation = operations[entry.operation];
  if (!operation) throw new Error(`no undo '${entry.operation}' is known: it was written by another version`);
  try {
    await operation(kube, entry);
  } catch (error) {
    if (!(error instanceof KubeError && error.code === 404)) throw error;
  }
}
