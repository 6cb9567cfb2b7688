import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../../../cluster/platform.ts';
import { docker } from '../../../cluster/platforms/docker/docker.ts';
import type { KubeClients, LoadOptions, RunningLoad, Sample, Scenario } from '../../engine/experiment.ts';
import { connectKube } from '../../engine/kube/kube-clients.ts';
import { isPodReady, type Pod } from '../../engine/kube/workloads.ts';

export interface PodLoad {
  load: RunningLoad;
  samples: Sample[];
  elapsedMs(): number;
  /** Waits until so many requests have been told of. Rejects where the load dies before. */
  told(count: number): Promise<void>;
}

const labels = { app: 'web' };
/** It says from where it was asked; `/slow` it does not answer. */
const program = `require('http').createServer((request, response) => {
  if (request.url === '/slow') return;
  response.writeHead(request.url === '/none' ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ from: request.socket.remoteAddress }));
}).listen(8080)`;

/** Loads that come from Pods, in containers: by exec of the API server, to a Service `web` that this machine does not ask itself. */
export class PodLoads {
  kube!: KubeClients & { close(): void };
  /** What the Pods of loads call an image. */
  imageOf = (image: string): string => image;
  private cluster: Cluster | undefined;
  /** Of the Service, inside. */
  address = { host: '', port: 8080 };
  private readonly loads: RunningLoad[] = [];

  /** `name`: of the lab. */
  async up(name: string): Promise<void> {
    this.cluster = await docker.up({ name: `${name}-${process.pid}`, life: 'owner' });
    const kube = await connectKube(this.cluster.kubeconfig);
    this.kube = kube;
    const container = { name: 'web', image: 'node:24-slim', command: ['node', '--eval', program] };
    const spec = { containers: [{ ...container, readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }] };
    await kube.request('POST', '/api/v1/namespaces/default/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', labels },
      spec,
    });
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 8080 }] } };
    const { spec: made } = await kube.request<{ spec: { clusterIP: string } }>('POST', '/api/v1/namespaces/default/services', service);
    this.address.host = made.clusterIP;
    while (!isPodReady(await kube.request<Pod>('GET', '/api/v1/namespaces/default/pods/web'))) await pause(100);
  }

  /** Starts the load of a scenario in a namespace of its own. */
  async start(namespace: string, { start: begin, ...scenario }: Scenario): Promise<PodLoad> {
    await this.kube.request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const startedMs = performance.now();
    const elapsedMs = (): number => performance.now() - startedMs;
    const samples: Sample[] = [];
    const seen = new EventTarget();
    const pod: LoadOptions['pod'] = {
      kube: this.kube,
      namespace,
      signal: new AbortController().signal,
      say: () => undefined,
      imageOf: this.imageOf,
    };
    const onSamples = (some: Sample[]): void => {
      samples.push(...some);
      seen.dispatchEvent(new Event('samples'));
    };
    const load = await begin({
      scenario,
      seed: 1,
      pod,
      origin: `http://${this.address.host}:${this.address.port}`,
      maxDurationMs: 60_000,
      elapsedMs,
      onSamples,
    });
    this.loads.push(load);
    const told = async (count: number): Promise<void> => {
      while (samples.length < count) await Promise.race([once(seen, 'samples'), load.failed]);
    };
    return { load, samples, elapsedMs, told };
  }

  async down(): Promise<void> {
    for (const load of this.loads) load.kill();
    this.kube?.close();
    await this.cluster?.stop();
  }
}
