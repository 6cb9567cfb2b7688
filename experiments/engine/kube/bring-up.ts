import { applyObjects, type Manifest } from './apply.ts';
import { connectKube } from './kube-clients.ts';
import { ensureNamespace } from './namespaces.ts';
import { waitUntilReady } from './wait-ready.ts';

const readyTimeoutMs = 120_000;

/** Applies objects to a namespace, made where it is not there, and waits until every workload is ready. Rejects with a LabError that says why not. */
export async function bringUp(
  kubeconfig: string,
  namespace: string,
  objects: Manifest[],
  { signal, say }: { signal: AbortSignal; say(text: string): void },
): Promise<void> {
  const kube = await connectKube(kubeconfig);
  try {
    await ensureNamespace(kube, namespace);
    await applyObjects(kube, namespace, objects);
    await waitUntilReady(kube, namespace, { timeoutMs: readyTimeoutMs, signal, onProgress: say });
  } finally {
    kube.close();
  }
}
