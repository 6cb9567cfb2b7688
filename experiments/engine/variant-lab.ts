import type { RawAnswer } from './asking/ask-raw.ts';
import { type Answers, type Ask, type AskService, askFromHere, type ServiceAddress } from './asking/ask-service.ts';
import type { KubeClients, Lab, Sample } from './experiment.ts';
import type { Series } from './journal.ts';
import { LabError } from './lab-error.ts';
import { parseBody } from './parse-body.ts';
import type { PipelineRun, RunPipeline } from './pipeline.ts';

const answerWithinMs = 10_000;

export interface VariantLabOptions {
  namespace: string;
  kube: KubeClients;
  signal: AbortSignal;
  say: (text: string) => void;
  seed: number;
  runPipeline?: RunPipeline | undefined;
  /** As RunContext has it. */
  imageOf?: ((image: string) => string) | undefined;
}

interface ServiceSeen {
  spec?: { clusterIP?: string };
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

/** The lab of one variant, as its experiment sees it. */
export class VariantLab implements Lab {
  readonly namespace: string;
  readonly kube: KubeClients;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  readonly seed: number;
  readonly imageOf: (image: string) => string;
  readonly startedAt = new Date();
  /** Requests of the load; the runner adds to it. */
  readonly ended: Sample[] = [];
  readonly series = new Map<string, Series>();
  private readonly startedMs = performance.now();
  private readonly pipeline: RunPipeline | undefined;
  /** By Service and port. */
  private readonly addresses = new Map<string, ServiceAddress>();
  private askInside: AskService | undefined;

  constructor({ namespace, kube, signal, say, seed, runPipeline, imageOf = (image) => image }: VariantLabOptions) {
    this.namespace = namespace;
    this.kube = kube;
    this.signal = signal;
    this.say = say;
    this.seed = seed;
    this.pipeline = runPipeline;
    this.imageOf = imageOf;
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

  /** From now on Services are asked from inside the cluster, as this does. */
  askFromInside(ask: AskService): void {
    this.askInside = ask;
  }

  /** Where a Service of type LoadBalancer is reached from this machine. Rejects where it has no address. */
  async address(service: string, port: number): Promise<ServiceAddress> {
    const { status } = await this.seen(service);
    const [ingress] = status?.loadBalancer?.ingress ?? [];
    const host = ingress?.ip ?? ingress?.hostname;
    if (host === undefined)
      throw new LabError(`Service ${service} has no address: status.loadBalancer.ingress is empty`, {
        hint: 'the Service has to be of type LoadBalancer',
      });
    return { host, port };
  }

  /** Where the Service is reached by what runs in the cluster; by its name where it has no address of its own. */
  async clusterAddress(service: string, port: number): Promise<ServiceAddress> {
    const { clusterIP = 'None' } = (await this.seen(service)).spec ?? {};
    return { host: clusterIP === 'None' ? `${service}.${this.namespace}.svc` : clusterIP, port };
  }

  private seen(service: string): Promise<ServiceSeen> {
    return this.kube.request<ServiceSeen>('GET', `/api/v1/namespaces/${this.namespace}/services/${service}`);
  }

  async http(service: string, port: number, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const asked = {
      how: 'http',
      method,
      path,
      withinMs: answerWithinMs,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    } as const;
    try {
      const { status, text } = await this.ask(service, port, asked);
      return { status, body: parseBody(text) };
    } catch (cause) {
      if (this.signal.aborted) throw cause;
      throw new Error(`${method} ${service}${path}: ${(cause as Error).message}`, { cause });
    }
  }

  askRaw(service: string, port: number, path: string, silentMs: number): Promise<RawAnswer> {
    return this.ask(service, port, { how: 'raw', path, silentMs });
  }

  tryConnection(service: string, port: number): Promise<string> {
    return this.ask(service, port, { how: 'connect' });
  }

  private async ask<A extends Ask>(service: string, port: number, ask: A): Promise<Answers[A['how']]> {
    const key = `${service}:${port}`;
    const address = this.addresses.get(key) ?? (await (this.askInside ? this.clusterAddress(service, port) : this.address(service, port)));
    this.addresses.set(key, address);
    return (this.askInside ?? askFromHere)(address, ask, this.signal);
  }

  plot(seriesId: string, title: string, unit: string, value: number | null, levels?: string[]): void {
    const series = this.series.get(seriesId) ?? { id: seriesId, title, unit, ...(levels && { levels }), points: [] };
    this.series.set(seriesId, series);
    series.points.push([Math.round(this.elapsedMs()), value]);
  }
}
