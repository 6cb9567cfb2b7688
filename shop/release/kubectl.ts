import { spawnSync } from 'node:child_process';

/** What kubectl answered. */
export interface Answer {
  ok: boolean;
  out: string;
  /** Its complaint, in one line. */
  error: string;
}

/** Runs kubectl as the pipeline's other commands do: by PATH and KUBECONFIG. */
export function kubectl(words: string[], input?: string): Answer {
  const { status, stdout, stderr, error } = spawnSync('kubectl', words, { encoding: 'utf8', ...(input !== undefined && { input }) });
  if (error) throw new Error(`kubectl cannot be run: ${error.message}`);
  return { ok: status === 0, out: stdout, error: stderr.trim().replaceAll('\n', ' ') };
}
