import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { buildKustomization } from '../cluster/kustomize/build.ts';
import type { Cluster } from '../cluster/platform.ts';
import { platforms } from '../cluster/platforms/platforms.ts';
import type { Fault, KubeClients, UndoEntry } from '../experiments/engine/experiment.ts';
import { connectKube } from '../experiments/engine/kube/kube-clients.ts';
import { performUndo } from '../experiments/engine/undo/operations.ts';
import { VariantLab } from '../experiments/engine/variant-lab.ts';
import { applyAndWait } from './apply-and-wait.ts';
import { packageRoot } from './config.ts';
import { UsageError } from './errors/usage-error.ts';

/** What a test brings up; all of it may be left out. */
export interface ShopOptions {
  /** `docker`: Pods are containers, of real Kafka and PostgreSQL; `local`: processes of this machine, for which nothing but Node is needed. */
  platform?: 'docker' | 'local';
  /** A kustomization folder of your own in place of the shop's. */
  manifests?: string;
  /** On `local`: an images.yaml that says what more images run as. */
  images?: string;
  /** Ends the start. */
  signal?: AbortSignal;
  /** Hears what is awaited. */
  onProgress?: (text: string) => void;
}

/** A fault that is in. */
export interface InjectedFault {
  /** Whether its effect was seen, and what was looked at. */
  proof: { bit: boolean; message: string };
  /** Takes it out. Called again it does nothing; what is still in when the shop stops is undone first. */
  undo(): Promise<void>;
}

/** A shop that is up, all its Pods Ready. Meant for `await using`, so that it is gone when the test is, also where that fails. */
export interface StartedShop extends AsyncDisposable {
  /** File for kubectl and any Kubernetes client. */
  readonly kubeconfig: string;
  readonly namespace: string;
  /** Where a Service of type LoadBalancer answers: `http://127.204.201.2:8081`. `port`: its first if absent. Rejects where there is none. */
  url(service: string, port?: number): Promise<string>;
  /** Injects a fault, and waits until it is seen to act or its time for that is over. One that has to be prepared is prepared now. */
  inject(fault: Fault): Promise<InjectedFault>;
  /** Undoes what is in and takes all of it away. */
  stop(): Promise<void>;
}

const namespace = 'shop';
const undoWithinMs = 30_000;

/**
 * Brings the shop, or manifests of your own, up for a test in your own repository. Rejects with what is not Ready, why, and the last lines of its
 * log; nothing is left then. Each call has a cluster of its own, so tests may run side by side.
 */
export async function startShop(options: ShopOptions = {}): Promise<StartedShop> {
  const { platform: name = 'docker', manifests, images, signal = new AbortController().signal, onProgress = () => undefined } = options;
  const load = platforms[name];
  if (!load) throw new UsageError(`there is no platform '${name}'`, { hint: `choose one of: ${Object.keys(platforms).join(', ')}` });
  const objects = await buildKustomization(manifests === undefined ? join(packageRoot(), 'manifests/base') : resolve(manifests));
  const platform = await load();
  const cluster = await platform.up({
    name: `shop-${process.pid}-${randomBytes(3).toString('hex')}`,
    life: 'owner',
    ...(images !== undefined && { imagesFile: resolve(images) }),
    signal,
    onProgress,
  });
  try {
    await applyAndWait(cluster.kubeconfig, namespace, objects, { signal, say: onProgress });
    return new Shop(cluster, await connectKube(cluster.kubeconfig), onProgress);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

class Shop implements StartedShop {
  readonly kubeconfig: string;
  readonly namespace = namespace;
  private readonly cluster: Cluster;
  private readonly kube: KubeClients & { close(): void };
  private readonly ended = new AbortController();
  private readonly lab: VariantLab;
  /** What is still in, the last first. */
  private readonly active: InjectedFault[] = [];
  private stopping: Promise<void> | undefined;

  constructor(cluster: Cluster, kube: KubeClients & { close(): void }, say: (text: string) => void) {
    this.cluster = cluster;
    this.kubeconfig = cluster.kubeconfig;
    this.kube = kube;
    this.lab = new VariantLab({ namespace, kube, signal: this.ended.signal, say, seed: 0 });
  }

  async url(service: string, port?: number): Promise<string> {
    const asked = port ?? (await this.firstPort(service));
    const address = await this.lab.address(service, asked);
    return `http://${address.host}:${address.port}`;
  }

  async inject(fault: Fault): Promise<InjectedFault> {
    const entry = await fault.plan(this.lab);
    const injected: InjectedFault = { proof: { bit: false, message: 'it is not in yet' }, undo: () => this.undo(injected, entry) };
    this.active.unshift(injected);
    await fault.prepare?.(this.lab, entry);
    await fault.inject(this.lab, entry);
    injected.proof = await fault.prove(this.lab, entry);
    return injected;
  }

  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  private async end(): Promise<void> {
    try {
      for (const injected of [...this.active]) await injected.undo();
    } finally {
      this.ended.abort();
      this.kube.close();
      await this.cluster.stop();
    }
  }

  private async undo(injected: InjectedFault, entry: UndoEntry): Promise<void> {
    const at = this.active.indexOf(injected);
    if (at < 0) return;
    this.active.splice(at, 1);
    await performUndo(this.kube, entry, AbortSignal.timeout(undoWithinMs));
  }

  private async firstPort(service: string): Promise<number> {
    const { spec } = await this.kube.request<{ spec: { ports: [{ port: number }] } }>(
      'GET',
      `/api/v1/namespaces/${namespace}/services/${service}`,
    );
    return spec.ports[0].port;
  }
}
