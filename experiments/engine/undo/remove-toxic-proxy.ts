import type { KubeClients } from '../experiment.ts';
import { isNotFound, KubeError } from '../kube/kube-error.ts';
import type { Operation } from './operation.ts';

/**
 * Takes a toxic proxy away from in front of a Service: first its toxics, so that the harm ends at once, then the Service gets its selector back,
 * then the proxy's Pod goes, and with it the second Service: {service, selector, upstream, pod, apiPort}.
 */
export const removeToxicProxy: Operation = async (kube, { namespace, arguments: { service, selector, upstream, pod, apiPort } }) => {
  const core = `/api/v1/namespaces/${namespace}`;
  const toxics = await resetToxics(kube, `${core}/pods/${pod}:${apiPort}/proxy/reset`);
  const back = [{ op: 'replace', path: '/spec/selector', value: selector }];
  const wasThere = await unlessGone(kube.request('PATCH', `${core}/services/${service}`, back, 'application/json-patch+json'));
  const hadPod = await unlessGone(kube.request('DELETE', `${core}/pods/${pod}`));
  // Without its Pod, which owns it, nobody else would remove it.
  if (!hadPod) await unlessGone(kube.request('DELETE', `${core}/services/${upstream}`));
  const switched = wasThere
    ? `Service ${service} in ${namespace} leads to its own Pods again`
    : `Service ${service} in ${namespace} is gone`;
  return [switched, ...toxics].join('; ');
};

/** Nothing, or why the toxics could not be taken out: then they go with the Pod. */
async function resetToxics(kube: KubeClients, path: string): Promise<string[]> {
  try {
    await kube.request('POST', path);
    return [];
  } catch (error) {
    if (error instanceof KubeError) return isNotFound(error) ? [] : [`the toxic proxy no longer answered (${error.message})`];
    throw error;
  }
}

async function unlessGone(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
