import type { Kinds } from '../../api/registry.ts';
import { milliValue } from '../../resources/quantity.ts';
import { lastingContainers } from './pod-samples.ts';

type Pod = Kinds['Pod'];

/**
 * What each Pod requests of a resource, in thousandths, by name; of one container where one is named. Throws where a container requests
 * nothing: then there is nothing to be a percentage of (replica_calculator.go calculateRequests).
 */
export const requestsOf = (pods: readonly Pod[], resource: string, container: string | undefined): Map<string, number> =>
  new Map(pods.map((pod) => [pod.metadata.name, requestOf(pod, resource, container)]));

function requestOf(pod: Pod, resource: string, container: string | undefined): number {
  const whole = pod.spec?.resources?.requests?.[resource];
  if (!container && whole !== undefined) return milliValue(whole);
  return lastingContainers(pod)
    .filter(({ name }) => !container || name === container)
    .reduce((sum, { name, resources }) => {
      const request = resources?.requests?.[resource];
      if (request === undefined) throw new Error(`missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}`);
      return sum + milliValue(request);
    }, 0);
}
