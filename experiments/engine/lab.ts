import { request as httpRequest } from 'node:http';
import type { V1Service } from '@kubernetes/client-node';
import { LabError } from './errors.ts';
import type { KubeClients, Lab, Sample } from './experiment.ts';
import type { EventRecord, Series } from './journal.ts';

const httpTimeoutMs = 10_000;

export interface LabOptions {
  namespace: string;
  kube: KubeClients;
  signal: AbortSignal;
  startedAtMs: number;
  onSay(text: string): void;
}

/** The one Lab of a variant: what its experiment sees, and what the engine keeps of it for the journal. */
export class VariantLab implements Lab {
  readonly namespace: string;
  readonly kube: KubeClients;
  readonly signal: AbortSignal;
  /** Filled by the load. */
  readonly collected: Sample[] = [];
  readonly series = new Map<string, Series>();
  readonly events: EventRecord[] = [];
  private readonly startedAtMs: number;
  private readonly onSay: (text: string) => void;
  private readonly addresses = new Map<string, string>();

  constructor(options: LabOptions) {
    this.namespace = options.namespace;
    this.kube = options.kube;
    this.signal = options.signal;
    this.startedAtMs = options.startedAtMs;
    this.onSay = options.onSay;
  }

  elapsedMs(): number {
    return Date.now() - this.startedAtMs;
  }

  samples(): readonly Sample[] {
    return this.collected;
  }

  async address(service: string, port: number): Promise<{ host: string; port: number }> {
    const known = this.addresses.get(service);
    if (known) return { host: known, port };
    const found = await this.kube.request<V1Service>('GET', `/api/v1/namespaces/${this.namespace}/services/${service}`);
    const ingress = found.status?.loadBalancer?.ingress?.[0];
    const host = ingress?.ip ?? ingress?.hostname;
    if (!host)
      throw new LabError(`Service ${service} has no address: its type is ${found.spec?.type}, and no load balancer has given it one`);
    this.addresses.set(service, host);
    return { host, port };
  }

  async http(service: string, port: number, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const { host } = await this.address(service, port);
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = httpRequest({
        host,
        port,
        method,
        path,
        agent: false,
        timeout: httpTimeoutMs,
        headers: text ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {},
      });
      request.on('timeout', () => request.destroy(new Error(`${method} ${service}${path}: no answer within ${httpTimeoutMs / 1000} s`)));
      request.on('error', reject);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString('utf8');
          const isJson = (response.headers['content-type'] ?? '').includes('json');
          resolve({ status: response.statusCode ?? 0, body: isJson && answer ? JSON.parse(answer) : answer });
        });
      });
      request.end(text);
    });
  }

  say(text: string): void {
    this.events.push({
      at: new Date().toISOString(),
      source: 'lab',
      type: 'Normal',
      reason: 'Said',
      object: `Namespace/${this.namespace}`,
      message: text,
    });
    this.onSay(text);
  }

  plot(seriesId: string, title: string, unit: string, value: number | null): void {
    const line = this.series.get(seriesId) ?? { id: seriesId, title, unit, points: [] };
    this.series.set(seriesId, line);
    line.points.push([this.elapsedMs(), value]);
  }
}
