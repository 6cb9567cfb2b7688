import type { Container, Pod, Probe } from '../pods/pod.ts';
import { isSidecar, specOf } from '../pods/pod.ts';
import { ProbeLoop } from './probe-loop.ts';
import type { Outcome, ProbedContainer, ProbeKind, ProbeResult } from './probe-worker.ts';

export interface PodProberHost {
  view(container: string): ProbedContainer;
  ask(container: Container, probe: Probe): Promise<Outcome>;
  event(container: Container, reason: string, message: string): void;
  /** A result of a container instance changed, in a way that the kubelet acts on. */
  onResult(): void;
  onError(error: unknown): void;
  now(): number;
}

const KINDS: ProbeKind[] = ['startup', 'liveness', 'readiness'];

/** The probe workers of one Pod (pkg/kubelet/prober/prober_manager.go). */
export class PodProber {
  private readonly host: PodProberHost;
  private readonly loops = new Map<string, ProbeLoop>();

  constructor(host: PodProberHost) {
    this.host = host;
  }

  /** Starts the workers that there are not yet, before their containers run. */
  start(pod: Pod): void {
    const { containers, initContainers = [], restartPolicy = 'Always' } = specOf(pod);
    for (const container of [...containers, ...initContainers.filter(isSidecar)])
      for (const kind of KINDS) {
        const probe = container[`${kind}Probe`];
        if (probe && !this.loops.has(key(container.name, kind))) this.startOne(kind, container, probe, restartPolicy);
      }
  }

  /** Undefined where there is no such probe, or it has not seen this instance. */
  result(container: string, kind: ProbeKind, containerID: string | undefined): ProbeResult | undefined {
    return this.loops.get(key(container, kind))?.result(containerID);
  }

  has(container: string, kind: ProbeKind): boolean {
    return this.loops.has(key(container, kind));
  }

  /** An immediate readiness probe: the kubelet asks for one at every sync while the container is not ready. */
  triggerReadiness(container: string): void {
    this.loops.get(key(container, 'readiness'))?.trigger();
  }

  /** When the Pod is being deleted: readiness goes on until its containers are gone. */
  stopLivenessAndStartup(): void {
    for (const [name, loop] of this.loops) if (!name.endsWith('/readiness')) loop.stop();
  }

  stop(): void {
    for (const loop of this.loops.values()) loop.stop();
  }

  private startOne(kind: ProbeKind, container: Container, probe: Probe, restartPolicy: string): void {
    const rules = {
      kind,
      restartPolicy,
      initialDelaySeconds: probe.initialDelaySeconds ?? 0,
      successThreshold: probe.successThreshold || 1,
      failureThreshold: probe.failureThreshold || 3,
    };
    const { host } = this;
    const loop = new ProbeLoop(rules, probe.periodSeconds || 10, {
      view: () => host.view(container.name),
      ask: () => host.ask(container, probe),
      event: (reason, message) => host.event(container, reason, message),
      // Liveness begins with Success, which is no news.
      onResult: (result) => {
        if (kind !== 'liveness' || result === 'Failure') host.onResult();
      },
      now: () => host.now(),
    });
    this.loops.set(key(container.name, kind), loop);
    loop.run().catch((error: unknown) => host.onError(error));
  }
}

const key = (container: string, kind: ProbeKind): string => `${container}/${kind}`;
