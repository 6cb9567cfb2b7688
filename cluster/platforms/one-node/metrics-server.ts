import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  ApiregistrationV1Api,
  type KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  type V1APIService,
} from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { packageFolder } from '../../images/images.ts';

const availableWithinMs = 120_000;
const lookEveryMs = 500;

/**
 * Installs metrics-server where nothing serves metrics.k8s.io, or mends an installation that was interrupted; autoscalers need it. Where it `comes` by
 * itself it is waited for. Rejects where it does not become available.
 */
export async function ensureMetricsServer(
  config: KubeConfig,
  { comes, say, signal }: { comes: boolean; say(text: string): void; signal?: AbortSignal | undefined },
): Promise<void> {
  const aggregation = config.makeApiClient(ApiregistrationV1Api);
  let service = await metricsService(aggregation);
  if (!service && !comes) {
    say('installing metrics-server');
    await install(KubernetesObjectApi.makeApiClient(config));
  }
  for (const untilMs = performance.now() + availableWithinMs; !isAvailable(service); service = await metricsService(aggregation)) {
    if (performance.now() > untilMs)
      throw new Error(
        `metrics-server is not available after ${availableWithinMs / 1000} s: kubectl -n kube-system describe pods -l k8s-app=metrics-server`,
      );
    say('waiting for metrics-server');
    await pause(lookEveryMs, undefined, { signal });
  }
}

/** Its APIService comes last, so where that is there nothing of it is missing. */
async function install(objects: KubernetesObjectApi): Promise<void> {
  const file = join(packageFolder(dirname(fileURLToPath(import.meta.url))), 'manifests/kind/metrics-server.yaml');
  for (const document of parseAllDocuments(readFileSync(file, 'utf8')))
    await unlessCode(409, objects.create(document.toJS() as KubernetesObject));
}

const metricsService = (aggregation: ApiregistrationV1Api): Promise<V1APIService | undefined> =>
  unlessCode(404, aggregation.readAPIService({ name: 'v1beta1.metrics.k8s.io' }));

const isAvailable = (service: V1APIService | undefined): boolean =>
  service?.status?.conditions?.some(({ type, status }) => type === 'Available' && status === 'True') ?? false;

/** Undefined where the API answers with that code. */
async function unlessCode<T>(code: number, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if ((error as { code?: number }).code === code) return undefined;
    throw error;
  }
}
