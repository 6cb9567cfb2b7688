import { setTimeout as pause } from 'node:timers/promises';
import {
  AppsV1Api,
  CoreV1Api,
  type KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  type V1Deployment,
  type V1Pod,
  Watch,
} from '@kubernetes/client-node';
import type { Story, StoryStep, Until } from './story.ts';
import { type Seen, type Transcript, transcribe } from './transcript.ts';

const lookEveryMs = 50;
/** For the last Events, which come after what they tell of. */
const afterwardsMs = 1500;

/** Plays a story in a namespace of its own, which is gone afterwards, and answers what was seen. Rejects where something was not seen in time. */
export async function playStory(config: KubeConfig, story: Story): Promise<Transcript> {
  const stage = new Stage(config, `story-${story.name}`);
  try {
    await stage.open();
    for (const step of story.steps) await stage.carryOut(step);
    await pause(afterwardsMs);
    return transcribe(story.name, stage.namespace, stage.seen);
  } catch (error) {
    const pods = JSON.stringify(
      stage.pods().map(({ metadata, status }) => ({ name: metadata?.name, ...status })),
      undefined,
      1,
    );
    throw new Error(`story ${story.name}: ${(error as Error).message}\nPods: ${pods}`, { cause: error });
  } finally {
    await stage.close();
  }
}

class Stage {
  readonly namespace: string;
  readonly seen: Seen[] = [];
  private readonly core: CoreV1Api;
  private readonly apps: AppsV1Api;
  private readonly objects: KubernetesObjectApi;
  private readonly watch: Watch;
  private readonly watches: AbortController[] = [];
  private readonly startedMs = performance.now();
  /** Of each Deployment, what it was last changed to: the watch may not have told yet. */
  private readonly generations = new Map<string, number>();
  private failure: Error | undefined;
  private closed = false;

  constructor(config: KubeConfig, namespace: string) {
    this.namespace = namespace;
    this.core = config.makeApiClient(CoreV1Api);
    this.apps = config.makeApiClient(AppsV1Api);
    this.objects = KubernetesObjectApi.makeApiClient(config);
    this.watch = new Watch(config);
  }

  async open(): Promise<void> {
    await this.core.createNamespace({ body: { metadata: { name: this.namespace } } });
    const kinds = { Pod: '/api/v1', Event: '/api/v1', Deployment: '/apis/apps/v1', ReplicaSet: '/apis/apps/v1' };
    for (const [kind, root] of Object.entries(kinds)) {
      const take = (type: string, object: Seen['object']): void => {
        const atMs = Math.round(performance.now() - this.startedMs);
        this.seen.push({ atMs, type: type as Seen['type'], object: { ...object, kind } as Seen['object'] });
      };
      const ended = (error: unknown): void => {
        if (!this.closed) this.failure = new Error(`the watch of ${kind} ended: ${String(error)}`);
      };
      this.watches.push(await this.watch.watch(`${root}/namespaces/${this.namespace}/${kind.toLowerCase()}s`, {}, take, ended));
    }
    // A Pod is refused before this is there.
    await this.until('ServiceAccount default', 20_000, async () => {
      const { items } = await this.core.listNamespacedServiceAccount({ namespace: this.namespace });
      return items.some(({ metadata }) => metadata?.name === 'default');
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const watch of this.watches) watch.abort();
    await this.core.deleteNamespace({ name: this.namespace });
    await this.until('end of the namespace', 120_000, async () => {
      const { items } = await this.core.listNamespace({ fieldSelector: `metadata.name=${this.namespace}` });
      return items.length === 0;
    });
  }

  async carryOut(step: StoryStep): Promise<void> {
    const { namespace } = this;
    if (step.do === 'apply') this.changed(await this.objects.create({ ...step.object, metadata: { ...step.object.metadata, namespace } }));
    else if (step.do === 'patch') {
      const { apiVersion, kind, name, patch } = step;
      const object = { apiVersion, kind, metadata: { name, namespace }, ...patch };
      this.changed(await this.objects.patch(object, undefined, undefined, undefined, undefined, PatchStrategy.StrategicMergePatch));
    } else if (step.do === 'delete') {
      const { apiVersion, kind, name, gracePeriodSeconds } = step;
      await this.objects.delete({ apiVersion, kind, metadata: { name, namespace } }, undefined, undefined, gracePeriodSeconds);
    } else if (step.do === 'delete pods') {
      for (const { metadata } of this.pods().filter((pod) => pod.metadata?.labels?.app === step.app)) {
        const { gracePeriodSeconds } = step;
        await this.core.deleteNamespacedPod({
          namespace,
          name: metadata?.name ?? '',
          ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
        });
      }
    } else if (step.do === 'roll back') await this.rollBack(step.name);
    else if (step.do === 'wait') await pause(step.ms);
    else await this.until(JSON.stringify(step.seen), step.withinMs, () => this.holds(step.seen));
  }

  /** Pods as they were last seen, without those that are gone. */
  pods(): V1Pod[] {
    const pods = new Map<string, V1Pod>();
    for (const { type, object } of this.seen) {
      if (object.kind !== 'Pod') continue;
      if (type === 'DELETED') pods.delete(object.metadata?.uid ?? '');
      else pods.set(object.metadata?.uid ?? '', object as V1Pod);
    }
    return [...pods.values()];
  }

  private changed({ kind, metadata }: { kind?: string; metadata?: { name?: string; generation?: number } }): void {
    if (kind === 'Deployment') this.generations.set(metadata?.name ?? '', metadata?.generation ?? 1);
  }

  private deployment(name: string): V1Deployment | undefined {
    return this.seen.findLast(({ object }) => object.kind === 'Deployment' && object.metadata?.name === name)?.object as
      | V1Deployment
      | undefined;
  }

  private async rollBack(name: string): Promise<void> {
    const { namespace } = this;
    const { items } = await this.apps.listNamespacedReplicaSet({ namespace });
    const revision = (one: (typeof items)[number]): number => Number(one.metadata?.annotations?.['deployment.kubernetes.io/revision']);
    const own = items.filter(({ metadata }) => metadata?.ownerReferences?.some((owner) => owner.name === name));
    const before = own.sort((a, b) => revision(b) - revision(a))[1];
    const template = before?.spec?.template;
    if (!template) throw new Error(`Deployment ${name} has no version before this one`);
    const { 'pod-template-hash': _hash, ...labels } = template.metadata?.labels ?? {};
    const { spec, ...there } = await this.apps.readNamespacedDeployment({ namespace, name });
    if (!spec) throw new Error(`Deployment ${name} has no spec`);
    const next = { ...spec, template: { ...template, metadata: { ...template.metadata, labels } } };
    this.changed(await this.apps.replaceNamespacedDeployment({ namespace, name, body: { ...there, spec: next } }));
  }

  private holds(seen: Until): boolean {
    const pods = this.pods();
    const statuses = (pod: V1Pod) => [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
    if ('exist' in seen) return pods.length === seen.exist;
    if ('restarts' in seen) return pods.flatMap(statuses).reduce((sum, { restartCount }) => sum + restartCount, 0) >= seen.restarts;
    const ready = pods.filter(({ status }) => status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True')).length;
    if ('ready' in seen) return ready === seen.ready && pods.length === seen.ready;
    if ('notReady' in seen) return pods.length - ready === seen.notReady;
    if ('reason' in seen && 'pods' in seen) {
      const so = pods.filter((pod) => statuses(pod).some(({ state }) => (state?.waiting ?? state?.terminated)?.reason === seen.reason));
      return so.length >= seen.pods;
    }
    if ('phase' in seen) return pods.filter(({ status }) => status?.phase === seen.phase).length >= seen.pods;
    if ('event' in seen)
      return this.seen.some(
        ({ object }) => 'involvedObject' in object && object.reason === seen.event && object.involvedObject.kind === seen.about,
      );
    if ('condition' in seen) {
      const { status } = this.deployment(seen.deployment) ?? {};
      return status?.conditions?.some(({ type, reason }) => type === seen.condition && reason === seen.reason) ?? false;
    }
    const { spec, status } = this.deployment(seen.rolledOut) ?? {};
    const wanted = spec?.replicas ?? 1;
    if ((status?.observedGeneration ?? 0) < (this.generations.get(seen.rolledOut) ?? 1)) return false;
    return (
      status?.updatedReplicas === wanted && status.replicas === wanted && status.availableReplicas === wanted && pods.length === wanted
    );
  }

  private async until(what: string, withinMs: number, holds: () => boolean | Promise<boolean>): Promise<void> {
    for (const untilMs = performance.now() + withinMs; ; await pause(lookEveryMs)) {
      if (await holds()) return;
      if (this.failure) throw this.failure;
      if (performance.now() > untilMs) throw new Error(`not seen within ${withinMs / 1000} s: ${what}`);
    }
  }
}
