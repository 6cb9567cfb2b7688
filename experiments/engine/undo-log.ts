/** Stands in until the experiments are here. */
export async function undoLeftovers(_stateDir: string, _kubeconfig: string): Promise<string[]> {
  return [];
}
