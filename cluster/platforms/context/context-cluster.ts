import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { type Cluster, PlatformUnavailable, type UpOptions } from '../../platform.ts';
import { isAnswering } from '../is-answering.ts';
import { startTimeOf } from '../local/process-identity.ts';
import { chooseContext } from './choose-context.ts';
import { type ContextRecord, contextLabs } from './context-record.ts';
import { pushImages, registryStore } from './registry-images.ts';

/** What each namespace of a lab carries: its name, and what tells it from others of that name, on whichever machine. */
const labelsOf = ({ name, id }: Pick<ContextRecord, 'name' | 'id'>): Record<string, string> => ({
  'shoplab.dev/lab': name,
  ...(id !== undefined && { 'shoplab.dev/lab-id': id }),
});
const goneWithinMs = 90_000;
const lookEveryMs = 200;

/** Writes the lab down, with credentials for its context alone. In the cluster nothing is changed yet. */
export async function bringUp({
  name,
  life,
  context,
  imageRegistry,
  signal,
  onProgress: say = () => undefined,
}: UpOptions): Promise<Cluster> {
  const before = contextLabs.recordOf(name);
  const wanted = context ?? before?.context;
  if (wanted === undefined)
    throw new PlatformUnavailable('no context was named', 'with --context NAME, as `kubectl config get-contexts` lists them');
  if (before && before.context !== wanted)
    throw new PlatformUnavailable(`lab ${name} is on context ${before.context}`, 'choose another --name, or end that lab by shoplab down');
  const { kubeconfig, server } = chooseContext(wanted);
  const record: ContextRecord = before ?? {
    name,
    id: randomBytes(6).toString('hex'),
    context: wanted,
    life,
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? 0,
    startedAt: new Date().toISOString(),
  };
  contextLabs.write(record);
  writeFileSync(contextLabs.kubeconfigOf(name), kubeconfig, { mode: 0o600 });
  say(`asking the API server of context ${wanted}`);
  if (!(await isAnswering(contextLabs.kubeconfigOf(name)))) {
    if (!before) contextLabs.remove(name);
    throw new PlatformUnavailable(
      `the API server of context ${wanted} does not answer, or does not know you: ${server}`,
      `kubectl --context ${wanted} get --raw /readyz says more`,
    );
  }
  if (imageRegistry === undefined) return clusterOf(record, !before);
  try {
    const pushed = { ...record, imageRegistry, imageChanges: await pushImages(imageRegistry, { say, signal }) };
    contextLabs.write(pushed);
    return clusterOf(pushed, !before);
  } catch (error) {
    if (!before) contextLabs.remove(name);
    throw error;
  }
}

export const clusterIfThere = async (record: ContextRecord): Promise<Cluster | undefined> =>
  (await isAnswering(contextLabs.kubeconfigOf(record.name))) ? clusterOf(record, false) : undefined;

/** Deletes the namespaces that carry the lab's labels, and waits until they are gone. */
export async function takeDown(name: string): Promise<string[]> {
  const record = contextLabs.recordOf(name);
  if (!record) return [];
  const config = new KubeConfig();
  config.loadFromFile(contextLabs.kubeconfigOf(name));
  const core = config.makeApiClient(CoreV1Api);
  const labelSelector = Object.entries(labelsOf(record))
    .map((label) => label.join('='))
    .join(',');
  const ended: string[] = [];
  try {
    const { items } = await core.listNamespace({ labelSelector });
    for (const { metadata } of items) {
      await core.deleteNamespace({ name: metadata?.name ?? '' });
      ended.push(`deleted namespace ${metadata?.name} of context ${record.context}`);
    }
    for (const untilMs = performance.now() + goneWithinMs; (await core.listNamespace({ labelSelector })).items.length > 0; ) {
      if (performance.now() > untilMs) throw new Error(`namespaces of lab ${name} are not gone after ${goneWithinMs / 1000} s`);
      await pause(lookEveryMs);
    }
  } catch (cause) {
    if (await isAnswering(contextLabs.kubeconfigOf(name))) throw cause;
    const message = `the API server of context ${record.context} does not answer, so what lab ${name} has there stays`;
    throw new PlatformUnavailable(message, 'shoplab down again when it is back', { cause });
  }
  contextLabs.remove(name);
  return ended.length > 0 ? ended : [`forgot lab ${name}: it had no namespace in context ${record.context}`];
}

function clusterOf(record: ContextRecord, started: boolean): Cluster {
  const { name, context, imageRegistry, imageChanges } = record;
  return {
    name,
    platform: 'context',
    context,
    kubeconfig: contextLabs.kubeconfigOf(name),
    stateDir: contextLabs.folderOf(name),
    started,
    watchesOverRuns: false,
    asksFromPod: true,
    podSecurity: 'restricted',
    countsRequests: true,
    lateMetrics: true,
    namespaceLabels: labelsOf(record),
    ...(imageRegistry !== undefined && { imageRegistry, images: registryStore(imageRegistry) }),
    ...(imageChanges && { imageChanges }),
    stop: async () => void (await takeDown(name)),
  };
}
