import { readFile } from 'node:fs/promises';
import { KubeError } from '../errors.ts';
import type { KubeClients } from '../experiment.ts';

/** On every namespace of a run: which run it is of. */
export const runLabel = 'shoplab.dev/run';
/** Names the process that a namespace is for, so that the cluster can clear it away when that process has died. */
export const ownerAnnotation = 'shoplab.dev/owner-process';

/** `PID:STARTTIME` of this process; on systems without /proc undefined, and a killed run is found by the next command instead. */
async function ownProcess(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const stat = await readFile('/proc/self/stat', 'utf8');
  return `${process.pid}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
}

/** Makes a namespace that belongs to this process. */
export async function createRunNamespace(kube: KubeClients, name: string, run: string): Promise<void> {
  const owner = await ownProcess();
  const annotations = owner ? { [ownerAnnotation]: owner } : {};
  await kube.request('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { [runLabel]: run }, annotations },
  });
}

/** Makes a namespace that stays, if it is not there. */
export async function ensureNamespace(kube: KubeClients, name: string): Promise<void> {
  try {
    await kube.request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  } catch (error) {
    if (!(error instanceof KubeError && error.code === 409)) throw error;
  }
}

/** Deletes a namespace and waits until it is gone with everything in it. */
export async function deleteNamespace(kube: KubeClients, name: string, timeoutMs = 60_000): Promise<void> {
  const gone = new AbortController();
  const timer = setTimeout(
    () => gone.abort(new Error(`namespace ${name} is still there ${timeoutMs / 1000} s after its deletion`)),
    timeoutMs,
  );
  try {
    await kube.request('DELETE', `/api/v1/namespaces/${name}`);
    // A watch without a version begins with what is there: nothing to wait for where the list is empty.
    const { items } = await kube.request<{ items: unknown[] }>('GET', `/api/v1/namespaces?fieldSelector=metadata.name%3D${name}`);
    if (items.length === 0) return;
    const done = new Error('gone');
    const watching = kube.watch('/api/v1/namespaces', gone.signal, (type, object) => {
      if (type === 'DELETED' && (object as { metadata: { name: string } }).metadata.name === name) gone.abort(done);
    });
    const left = await kube.request<{ items: unknown[] }>('GET', `/api/v1/namespaces?fieldSelector=metadata.name%3D${name}`);
    if (left.items.length === 0) gone.abort(done);
    await watching;
    if (gone.signal.reason !== done) throw gone.signal.reason;
  } catch (error) {
    if (!(error instanceof KubeError && error.code === 404)) throw error;
  } finally {
    clearTimeout(timer);
    gone.abort();
  }
}
