import { ApiError } from '../../api/errors.ts';
import type { Registry } from '../../api/registry.ts';
import type { Pod } from './pod.ts';

/** The kubelet's last act for a Pod that is being deleted: takes its object out of the API. */
export function deleteObject({ metadata }: Pod, registry: Registry): void {
  try {
    registry.delete('Pod', metadata.namespace ?? '', metadata.name, { gracePeriodSeconds: 0, uid: metadata.uid });
  } catch (error) {
    // Another was faster, or a new Pod has the name already.
    if (!(error instanceof ApiError) || (error.code !== 404 && error.code !== 409)) throw error;
  }
}
