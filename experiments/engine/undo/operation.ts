import type { KubeClients, UndoEntry } from '../experiment.ts';

/** Undoes an entry; doing it twice is doing it once. Answers what was done, in a sentence. Rejects where it cannot be done. */
export type Operation = (kube: KubeClients, entry: UndoEntry, signal: AbortSignal) => Promise<string>;
