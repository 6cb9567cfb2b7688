import type { KubeObject } from '../../api/object.ts';
import type { Kinds, Registry } from '../../api/registry.ts';
import type { PodUsage } from '../../kubelet/node-api.ts';
import { type Again, keyOf, splitKey, WorkQueue } from '../work-queue.ts';
import { type PodSample, sampleOf } from './pod-samples.ts';
import { podsOfSelector, type Rival } from './pods-of-selector.ts';
import type { Remembered } from './remembered.ts';
import { scaleTargetOf } from './scale-target.ts';
import { syncAutoscaler } from './sync-autoscaler.ts';

const component = 'horizontal-pod-autoscaler';
/** --horizontal-pod-autoscaler-sync-period, as Kubernetes has it by default. A new autoscaler waits as long for its first sync. */
export const usualSyncMs = 15_000;
const nothing: Remembered = { recommendations: [], scaleUpEvents: [], scaleDownEvents: [] };

/** What a Pod uses now, as the node tells it; undefined where it does not run. Throws where nothing can be asked. */
export type Usage = (namespace: string, pod: string) => PodUsage | undefined;

/** Scales by what Pods use. Answers how to stop. */
export function startHorizontalPodAutoscalerController(
  registry: Registry,
  usage: Usage | undefined,
  now: () => number,
  log: (line: string) => void,
  periodMs = usualSyncMs,
): () => void {
  const remembered = new Map<string, Remembered>();
  /** Selectors of the targets, by autoscaler, as they were last seen. */
  const selectors = new Map<string, string>();
  const queue = new WorkQueue((key) => sync(key), log);

  function sync(key: string): Again | undefined {
    const [namespace, name] = splitKey(key);
    const autoscaler = registry.find('HorizontalPodAutoscaler', namespace, name);
    if (!autoscaler) return undefined;
    const target = scaleTargetOf(registry, autoscaler);
    const selector = typeof target === 'string' ? '' : target.selector;
    if (selector) selectors.set(key, selector);
    const pods = podsOfSelector(selector, registry.list('Pod', namespace), rivalsOf(key), key);
    const samples = 'found' in pods ? read(pods.found) : new Map<string, PodUsage>();
    const { status, error, ...after } = syncAutoscaler(
      {
        autoscaler,
        scale: typeof target === 'string' ? { error: target } : { replicas: target.replicas },
        pods,
        samplesOf: (resource) => (typeof samples === 'string' ? new Map() : samplesOf(samples, resource)),
        ...(typeof samples === 'string' && { unavailable: samples }),
        remembered: remembered.get(key) ?? nothing,
        nowMs: now(),
      },
      {
        scaleTo: (replicas) => typeof target !== 'string' && target.scaleTo(replicas),
        event: (type, reason, message) => registry.event(autoscaler as unknown as KubeObject, { type, reason, message, component }),
      },
    );
    remembered.set(key, after.remembered);
    registry.updateStatus('HorizontalPodAutoscaler', { ...autoscaler, status });
    if (error !== undefined) log(`${key}: ${error}`);
    return { afterMs: periodMs };
  }

  const rivalsOf = (key: string): Rival[] =>
    [...selectors]
      .filter(([other]) => other !== key && splitKey(other)[0] === splitKey(key)[0])
      .map(([other, selector]) => ({ key: other, selector }));

  /** Usage by Pod; in words why there is none to be had. */
  function read(pods: readonly Kinds['Pod'][]): Map<string, PodUsage> | string {
    if (!usage) return 'the server could not find the requested resource (get pods.metrics.k8s.io)';
    try {
      return new Map(
        pods.flatMap(({ metadata }): [string, PodUsage][] => {
          const used = usage(metadata.namespace ?? '', metadata.name);
          return used ? [[metadata.name, used]] : [];
        }),
      );
    } catch (error) {
      return (error as Error).message;
    }
  }

  const samplesOf = (all: Map<string, PodUsage>, resource: string): Map<string, PodSample> =>
    new Map([...all].map(([pod, used]) => [pod, sampleOf(used, resource)]));

  const stop = registry.watch('HorizontalPodAutoscaler', ({ type, object }) => {
    const key = keyOf(object);
    if (type === 'ADDED') queue.addAfter(key, periodMs);
    if (type !== 'DELETED') return;
    remembered.delete(key);
    selectors.delete(key);
  });
  return () => {
    stop();
    queue.stop();
  };
}
