import { timestamp } from '../../api/object.ts';
import { createRegistry, type ObjectRegistry } from '../../api/object-registry.ts';
import type { Draft, Kinds } from '../../api/registry.ts';
import { LabNetwork } from '../../network.ts';
import { resources } from '../../resources/resources.ts';
import { type ControllerOptions, startControllers } from '../controllers.ts';

type Pod = Kinds['Pod'];
type Deployment = Kinds['Deployment'];

const { jest } = import.meta;
export const namespace = 'default';

export interface StandInOptions extends ControllerOptions {
  /** Of the one node. */
  allocatable?: Record<string, string>;
  /** From binding to Ready, milliseconds; undefined: never. Asked once for each Pod. */
  readyAfterMs?: (pod: Pod) => number | undefined;
  /** From the first DELETE to the end, milliseconds. */
  stopsAfterMs?: number;
}

/** A clock whose first reading at each moment is some milliseconds behind the next: what a sync sees that works across a moment. */
export function clockThatJumps(byMs: number): () => number {
  let last = 0;
  return () => {
    const first = Date.now() !== last;
    last = Date.now();
    return first ? last - byMs : last;
  };
}

/**
 * For tests: the real registry and controllers, jest's clock, and a stand-in for the kubelet, by which Pods become Ready after a while and end
 * a while after they are deleted. `advance` lets time go by; after it nothing that was due is left undone.
 */
export class TestCluster {
  readonly registry: ObjectRegistry;
  /** What controllers complained of. */
  readonly complaints: string[] = [];
  private readonly options: StandInOptions;
  private readonly stops: (() => void)[];
  private readonly started = new Set<string>();
  private readonly ending = new Set<string>();
  private addresses = 0;

  constructor(options: StandInOptions = {}) {
    jest.useFakeTimers({ now: Date.parse('2026-01-01T12:00:00Z'), doNotFake: ['nextTick', 'queueMicrotask'] });
    this.options = options;
    this.registry = createRegistry({ resources, network: new LabNetwork('127.37'), random: seeded(7) });
    const { allocatable = { cpu: '4', memory: '8Gi', pods: '110' }, ...rest } = options;
    this.registry.create('Node', { metadata: { name: 'node' } });
    this.registry.updateStatus('Node', { ...this.registry.get('Node', '', 'node'), status: { allocatable, capacity: allocatable } });
    const controllers = startControllers(this.registry, { ...rest, log: (line) => this.complaints.push(line) });
    this.stops = [() => controllers.stop(), this.registry.watch('Pod', ({ type, object }) => type !== 'DELETED' && this.kubelet(object))];
    this.advance(0);
  }

  stop(): void {
    for (const stop of this.stops) stop();
    jest.useRealTimers();
  }

  /** Seconds go by, and all that is due in them is done. */
  advance(seconds: number): void {
    jest.advanceTimersByTime(seconds * 1000);
    // What an immediate sets off comes a millisecond later by this clock.
    jest.advanceTimersByTime(30);
  }

  pods(labels: Record<string, string> = {}): Pod[] {
    return this.registry
      .list('Pod', namespace)
      .filter(({ metadata }) => Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value));
  }
  deployment(name = 'web'): Deployment {
    return this.registry.get('Deployment', namespace, name);
  }
  /** Changes a Deployment's spec. */
  changeDeployment(change: (spec: NonNullable<Deployment['spec']>) => void, name = 'web'): Deployment {
    const deployment = structuredClone(this.deployment(name));
    if (deployment.spec) change(deployment.spec);
    return this.registry.update('Deployment', deployment);
  }
  /** Events about an object: `Reason message`, oldest first. */
  events(about: string): string[] {
    return this.registry
      .list('Event', namespace)
      .filter(({ involvedObject }) => involvedObject.name === about)
      .map(({ reason, message }) => `${reason} ${message}`);
  }

  /** The Pod's status, as a kubelet would write it. */
  report(pod: Pod, phase: string, ready: boolean): Pod {
    const now = this.registry.get('Pod', pod.metadata.namespace ?? '', pod.metadata.name);
    const others = now.status?.conditions?.filter(({ type }) => type !== 'Ready') ?? [];
    const was = now.status?.conditions?.find(({ type }) => type === 'Ready');
    const status = ready ? 'True' : 'False';
    this.addresses += now.status?.podIP ? 0 : 1;
    const lastTransitionTime = was?.status === status && was.lastTransitionTime ? was.lastTransitionTime : timestamp(Date.now());
    return this.registry.updateStatus('Pod', {
      ...now,
      status: {
        ...now.status,
        phase,
        podIP: now.status?.podIP ?? `127.37.1.${this.addresses}`,
        startTime: now.status?.startTime ?? timestamp(Date.now()),
        conditions: [...others, { type: 'Ready', status, lastTransitionTime }],
      },
    });
  }

  private kubelet(pod: Pod): void {
    const { uid, name, deletionTimestamp } = pod.metadata;
    const home = pod.metadata.namespace ?? '';
    const there = (): Pod | undefined => {
      const found = this.registry.find('Pod', home, name);
      return found?.metadata.uid === uid ? found : undefined;
    };
    if (!pod.spec?.nodeName) return;
    if (deletionTimestamp && !this.ending.has(uid)) {
      this.ending.add(uid);
      setTimeout(() => {
        if (there()) this.registry.delete('Pod', home, name, { gracePeriodSeconds: 0 });
      }, this.options.stopsAfterMs ?? 2000);
    } else if (!deletionTimestamp && !this.started.has(uid)) {
      this.started.add(uid);
      const after = this.options.readyAfterMs ? this.options.readyAfterMs(pod) : 1000;
      setTimeout(() => {
        const found = there();
        if (found && !found.metadata.deletionTimestamp) this.report(found, 'Running', after !== undefined);
      }, after ?? 1000);
    }
  }
}

/** A Pod template's container, with what it requests. */
export const containers = (image: string, requests?: Record<string, string>) => [
  { name: 'app', image, ...(requests && { resources: { requests } }) },
];

/** A Deployment named web of Pods labelled app=web. */
export const webDeployment = (more: Partial<NonNullable<Deployment['spec']>> = {}, image = 'web:1'): Draft<'Deployment'> => ({
  metadata: { name: 'web', namespace },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: containers(image) } },
    ...more,
  },
});

/** Numbers from 0 to below 1, the same in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
