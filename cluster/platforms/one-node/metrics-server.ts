import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AppsV1Api, type KubeConfig, type KubernetesObject, KubernetesObjectApi } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { packageFolder } from '../../images/images.ts';

const readyWithinMs = 120_000;
const apiService = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: 'v1beta1.metrics.k8s.io' } };

/**
 * Installs metrics-server where nothing serves metrics.k8s.io; autoscalers need it. Where it `comes` by itself it is waited for. Rejects where it does
 * not become available.
 */
export async function ensureMetricsServer(
  config: KubeConfig,
  { comes, say, signal }: { comes: boolean; say(text: string): void; signal?: AbortSignal | undefined },
): Promise<void> {
  const objects = KubernetesObjectApi.makeApiClient(config);
  if (!comes) {
    if (await isThere(objects)) return;
    say('installing metrics-server');
    const file = join(packageFolder(dirname(fileURLToPath(import.meta.url))), 'manifests/kind/metrics-server.yaml');
    for (const document of parseAllDocuments(readFileSync(file, 'utf8'))) await objects.create(document.toJS() as KubernetesObject);
  }
  const apps = config.makeApiClient(AppsV1Api);
  for (const untilMs = performance.now() + readyWithinMs; ; await pause(500, undefined, { signal })) {
    signal?.throwIfAborted();
    say('waiting for metrics-server');
    const { items } = await apps.listNamespacedDeployment({ namespace: 'kube-system', fieldSelector: 'metadata.name=metrics-server' });
    if ((items[0]?.status?.availableReplicas ?? 0) > 0) return;
    if (performance.now() > untilMs)
      throw new Error(
        `metrics-server is not available after ${readyWithinMs / 1000} s: kubectl -n kube-system describe pods -l k8s-app=metrics-server`,
      );
  }
}

async function isThere(objects: KubernetesObjectApi): Promise<boolean> {
  try {
    await objects.read(apiService);
    return true;
  } catch (error) {
    if ((error as { code?: number }).code === 404) return false;
    throw error;
  }
}
