import type { Kinds } from '../../api/registry.ts';
import { isPodFinished, isPodReady } from '../pods/pod-readiness.ts';

type Pod = Kinds['Pod'];

/** What an EndpointSlice says of one Pod. */
export interface EndpointConditions {
  ready: boolean;
  serving: boolean;
  terminating: boolean;
}

/** Whether a Pod belongs in its Services' slices: it has an address and has not finished; one that terminates stays (endpointslice/utils.go). */
export const isEndpoint = (pod: Pod): boolean => Boolean(pod.status?.podIP) && !isPodFinished(pod);

/** Conditions of a Pod's endpoint (endpointslice/utils.go podToEndpoint). `publishNotReadyAddresses` is the Service's. */
export const endpointConditions = (pod: Pod, publishNotReadyAddresses: boolean): EndpointConditions => {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  return { ready: publishNotReadyAddresses || (serving && !terminating), serving, terminating };
};
