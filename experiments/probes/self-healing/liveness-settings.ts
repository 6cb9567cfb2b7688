import type { Pod } from '../../engine/kube/workloads.ts';

/** What a manifest says of how long a liveness probe takes to act, in its own units. */
export interface LivenessSettings {
  initialDelaySeconds: number;
  periodSeconds: number;
  timeoutSeconds: number;
  failureThreshold: number;
  /** Of the kill: the probe's own, else the Pod's. */
  graceSeconds: number;
  /** `other`: a command or a request, of which the manifest does not say how long it takes. */
  preStop: { sleepSeconds: number } | 'other' | 'none';
}

/** The settings of a container, by Kubernetes' defaults where a field is absent; undefined where it has no liveness probe. */
export function readLivenessSettings({ spec }: Pod, container: string): LivenessSettings | undefined {
  const found = spec?.containers.find(({ name }) => name === container);
  const probe = found?.livenessProbe;
  if (!found || !probe) return undefined;
  const preStop = found.lifecycle?.preStop;
  return {
    initialDelaySeconds: probe.initialDelaySeconds ?? 0,
    periodSeconds: probe.periodSeconds || 10,
    timeoutSeconds: probe.timeoutSeconds || 1,
    failureThreshold: probe.failureThreshold || 3,
    graceSeconds: probe.terminationGracePeriodSeconds ?? spec?.terminationGracePeriodSeconds ?? 30,
    preStop: !preStop ? 'none' : preStop.sleep ? { sleepSeconds: preStop.sleep.seconds } : 'other',
  };
}
