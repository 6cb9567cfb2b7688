import type { RunContext } from '../run.ts';

/** Stands in until the experiments are here. */
export async function bringUp(
  _kubeconfig: string,
  _namespace: string,
  _objects: Awaited<ReturnType<RunContext['buildOverlay']>>,
  _options: { signal: AbortSignal; say(text: string): void },
): Promise<void> {
  throw new Error('not here yet');
}
