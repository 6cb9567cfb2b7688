import type { KubeClients, Lab, Sample } from './experiment.ts';
import type { Series } from './journal.ts';
import { LabError } from './lab-error.ts';
import { parseBody } from './parse-body.ts';
import type { PipelineRun, RunPipeline } from './pipeline.ts';
import { timeLimit } from './time-limit.ts';

const answerWithinMs = 10_000;

export interface VariantLabOptions {
  namespace: string;
  kube: KubeClients;
  signal: AbortSignal;
  say: (text: string) => void;
  seed: number;
  runPipeline?: RunPipeline | undefined;
}

interface ServiceSeen {
  spec?: { clusterIP?: string; ports?: { port: number; nodePort?: number }[] };
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}
interface Nodes {
  items: { status?: { addresses?: { type: string; address: string }[] } }[];
}

/** The lab of one variant, as its experiment sees it. */
export class VariantLab implements Lab {
  readonly namespace: string;
  readonly kube: KubeClients;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  readonly seed: number;
  readonly startedAt = new Date();
  /** Requests of the load; the runner adds to it. */
  readonly ended: Sample[] = [];
  readonly series = new Map<string, Series>();
  private readonly startedMs = performance.now();
  private readonly pipeline: RunPipeline | undefined;
  /** By Service and port. */
  private readonly addresses = new Map<string, { host: string; port: number }>();

  constructor({ namespace, kube, signal, say, seed, runPipeline }: VariantLabOptions) {
    this.namespace = namespace;
    this.kube = kube;
    this.signal = signal;
    this.say = say;
    this.seed = seed;
    this.pipeline = runPipeline;
  }

  elapsedMs(): number {
    return performance.now() - this.startedMs;
  }

  /** Now, as the journal has it: on the clock of `elapsedMs`, so that both agree. */
  now(): string {
    return new Date(this.startedAt.getTime() + this.elapsedMs()).toISOString();
  }

  samples(): readonly Sample[] {
    return this.ended;
  }

  async runPipeline(variables: Record<string, string>): Promise<PipelineRun> {
    if (!this.pipeline) throw new LabError('this run has no pipeline, so nothing can be released');
    return this.pipeline({ variables: { ...variables, NAMESPACE: this.namespace }, signal: this.signal, say: this.say });
  }

  async address(service: string, port: number): Promise<{ host: string; port: number }> {
    const known = this.addresses.get(`${service}:${port}`);
    if (known) return known;
    const seen = await this.kube.request<ServiceSeen>('GET', `/api/v1/namespaces/${this.namespace}/services/${service}`);
    const [ingress] = seen.status?.loadBalancer?.ingress ?? [];
    const host = ingress?.ip ?? ingress?.hostname;
    const address = host ? { host, port } : await this.nodeAddress(service, seen.spec?.ports?.find((one) => one.port === port)?.nodePort);
    this.addresses.set(`${service}:${port}`, address);
    return address;
  }

  /** Where the Service is reached by what runs in the cluster; by its name where it has no address of its own. */
  async clusterAddress(service: string, port: number): Promise<{ host: string; port: number }> {
    const { spec } = await this.kube.request<ServiceSeen>('GET', `/api/v1/namespaces/${this.namespace}/services/${service}`);
    const { clusterIP = 'None' } = spec ?? {};
    return { host: clusterIP === 'None' ? `${service}.${this.namespace}.svc` : clusterIP, port };
  }

  /** Where nothing gives LoadBalancers an address, as on kind, a node does at the Service's node port. */
  private async nodeAddress(service: string, nodePort: number | undefined): Promise<{ host: string; port: number }> {
    const { items } = nodePort === undefined ? { items: [] } : await this.kube.request<Nodes>('GET', '/api/v1/nodes');
    // A node that is elsewhere says where it is reached from outside.
    const addressOf = (wanted: string) => items[0]?.status?.addresses?.find(({ type }) => type === wanted)?.address;
    const host = addressOf('ExternalIP') ?? addressOf('InternalIP');
    if (host === undefined || nodePort === undefined)
      throw new LabError(`Service ${service} has no address: status.loadBalancer.ingress is empty, and it has no node port`, {
        hint: 'the Service has to be of type LoadBalancer, or NodePort where this machine reaches the nodes',
      });
    return { host, port: nodePort };
  }

  async http(service: string, port: number, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const { request } = await import('undici');
    const address = await this.address(service, port);
    const limit = timeLimit(answerWithinMs, this.signal);
    try {
      const { statusCode, body: answer } = await request(`http://${address.host}:${address.port}${path}`, {
        method: method as 'GET',
        // A connection kept from before may lead to a Pod that is gone.
        reset: true,
        signal: limit.signal,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      return { status: statusCode, body: parseBody(await answer.text()) };
    } catch (cause) {
      if (limit.signal.aborted) throw cause;
      throw new Error(`${method} ${service}${path}: ${(cause as Error).message}`, { cause });
    } finally {
      limit.clear();
    }
  }

  plot(seriesId: string, title: string, unit: string, value: number | null, levels?: string[]): void {
    const series = this.series.get(seriesId) ?? { id: seriesId, title, unit, ...(levels && { levels }), points: [] };
    this.series.set(seriesId, series);
    series.points.push([Math.round(this.elapsedMs()), value]);
  }
}
