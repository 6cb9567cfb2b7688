import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { V1Pod } from '@kubernetes/client-node';
import type { KubeObject, Wire } from '../api/object.ts';
import { ObjectRegistry } from '../api/object-registry.ts';
import type { Kinds } from '../api/registry.ts';
import { loadImages } from '../images/images.ts';
import { LabNetwork } from '../network.ts';
import { resources } from '../resources/resources.ts';
import { type Kubelet, startKubelet } from './kubelet.ts';
import type { LogOptions } from './node-api.ts';

type Pod = Kinds['Pod'];
type Container = Partial<Wire<V1Pod>['spec'] & object>['containers'] & object extends (infer C)[] ? Partial<C> : never;

/** A program of a few powers, told by its environment and over HTTP what to do. */
const APP = `
import { createServer } from 'node:http';
import { createServer as createGrpc } from 'node:http2';
let health = Number(process.env.HEALTH ?? 200);
process.on('SIGTERM', () => { console.log('TERM'); if (!process.env.IGNORE_TERM) process.exit(Number(process.env.TERM_CODE ?? 0)); });
const greet = () => console.log('start ' + (process.env.GREETING ?? ''));
if (process.env.GRPC_PORT) createGrpc().on('stream', (stream) => {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.from([0, 0, 0, 0, 2, 8, health === 200 ? 1 : 2]));
}).listen(Number(process.env.GRPC_PORT), process.env.SHOPLAB_POD_IP);
if (process.env.EXIT) { greet(); console.error('leaving'); process.exitCode = Number(process.env.EXIT); }
else createServer((request, response) => {
  const url = new URL(request.url, 'http://x');
  if (url.pathname === '/health') { response.statusCode = health; response.end('health'); }
  else if (url.pathname === '/set') { health = Number(url.searchParams.get('health')); response.end(); }
  else if (url.pathname === '/exit') { response.end(); process.exit(Number(url.searchParams.get('code'))); }
  else if (url.pathname === '/hook') { console.log('hook'); setTimeout(() => response.end(), Number(url.searchParams.get('ms') ?? 0)); }
  else if (url.pathname === '/env') response.end(JSON.stringify(process.env));
  else if (url.pathname === '/elsewhere') { response.writeHead(302, { location: 'http://127.0.0.1:1/' }); response.end('gone'); }
  else if (url.pathname !== '/hang') response.end('hello');
}).listen(8080, process.env.SHOPLAB_POD_IP, greet);
`;

/** A program that knows nothing of the lab. */
const PLAIN = `
import { createServer } from 'node:http';
createServer((request, response) => response.end(process.env.HOSTNAME)).listen(8080, () => console.log('listening'));
`;

/** A real registry and a real kubelet in this process, whose image test/app runs a little server; for tests. */
export class TestNode {
  readonly registry: ObjectRegistry;
  readonly folder = mkdtempSync(join(tmpdir(), 'kubelet-test-'));
  readonly dataDir = join(this.folder, 'data');
  readonly lines: string[] = [];
  private readonly network: LabNetwork;
  private started: Kubelet | undefined;

  /** `prefix` keeps the tests of different files apart. */
  constructor(prefix: string) {
    this.network = new LabNetwork(prefix);
    this.registry = new ObjectRegistry({ resources, network: this.network });
  }

  get kubelet(): Kubelet {
    if (!this.started) throw new Error('the kubelet is not started');
    return this.started;
  }

  async start(): Promise<void> {
    mkdirSync(join(this.folder, 'app'));
    writeFileSync(join(this.folder, 'app/app.mjs'), APP);
    const file = join(this.folder, 'images.yaml');
    writeFileSync(join(this.folder, 'app/plain.mjs'), PLAIN);
    writeFileSync(
      file,
      'test/app: { command: [node, app.mjs], folder: app, node: false, mounts: true }\ntest/plain: { command: [node, plain.mjs], folder: app }\n',
    );
    const images = loadImages([file]);
    const { registry, network, dataDir } = this;
    this.started = await startKubelet({
      registry,
      network,
      nodeName: 'shoplab',
      dataDir,
      images,
      random: () => 0,
      log: (line) => this.lines.push(line),
    });
  }

  async stop(): Promise<void> {
    await this.started?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Creates a Pod of one container and binds it to the node. */
  run(name: string, container: Container = {}, spec: Partial<NonNullable<Pod['spec']>> = {}): Pod {
    const app = { name: 'app', image: 'test/app:1', ...container };
    this.registry.create('Pod', { metadata: { name }, spec: { containers: [app], ...spec } });
    return this.registry.bind('default', name, 'shoplab');
  }

  pod(name: string): Pod {
    return this.registry.get('Pod', 'default', name);
  }

  delete(name: string, gracePeriodSeconds?: number): void {
    this.registry.delete('Pod', 'default', name, gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds });
  }

  /** Makes the kubelet look at the Pod now, as any change of its metadata does. */
  nudge(name: string): void {
    const pod = this.pod(name);
    const annotations = { nudged: String(Number(pod.metadata.annotations?.nudged ?? 0) + 1) };
    this.registry.update('Pod', { ...pod, metadata: { ...pod.metadata, annotations } });
  }

  /** The Pod as soon as it is so; the test's own time-out says what was awaited. */
  until(name: string, isSo: (pod: Pod) => boolean, what = String(isSo)): Promise<Pod> {
    return new Promise((resolve, reject) => {
      const last = (): string => JSON.stringify(this.registry.find('Pod', 'default', name)?.status, undefined, 1);
      const timer = setTimeout(
        () => reject(new Error(`Pod ${name} was not so within 30 s: ${what}\n${last()}\n${this.lines.join('\n')}`)),
        30_000,
      );
      let stop: (() => void) | undefined;
      let done = false;
      stop = this.registry.watch('Pod', ({ type, object }) => {
        if (done || type === 'DELETED' || object.metadata.name !== name || !isSo(object)) return;
        done = true;
        clearTimeout(timer);
        queueMicrotask(() => stop?.());
        resolve(object);
      });
    });
  }

  gone(name: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`Pod ${name} is still there\n${this.lines.join('\n')}`)), 30_000);
      const finish = (): void => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const stop = this.registry.watch('Pod', ({ type, object }) => {
        if (type === 'DELETED' && object.metadata.name === name) queueMicrotask(finish);
      });
      if (!this.registry.find('Pod', 'default', name)) queueMicrotask(finish);
    });
  }

  async logs(name: string, options: Partial<LogOptions> = {}): Promise<string> {
    const all = { follow: false, previous: false, timestamps: false, ...options };
    return text(await this.kubelet.nodeApi.logs('default', name, all, AbortSignal.timeout(20_000)));
  }

  /** Reads the log until a line is in it. */
  async logged(name: string, line: string, options: Partial<LogOptions> = {}): Promise<void> {
    const all = { follow: true, previous: false, timestamps: false, ...options };
    const signal = AbortSignal.timeout(20_000);
    let seen = '';
    for await (const chunk of await this.kubelet.nodeApi.logs('default', name, all, signal)) {
      seen += chunk;
      if (seen.split('\n').includes(line)) return;
    }
    throw new Error(`the log of ${name} ended without '${line}':\n${seen}`);
  }

  /** Runs a Pod until its server listens. */
  async serve(name: string, container: Container = {}, spec: Partial<NonNullable<Pod['spec']>> = {}): Promise<Pod> {
    this.run(name, container, spec);
    const pod = await this.until(name, ({ status }) => status?.phase === 'Running');
    const greeting = container.env?.find((variable) => variable.name === 'GREETING')?.value ?? '';
    await this.logged(name, `start ${greeting}`);
    return pod;
  }

  async get(name: string, path: string): Promise<string> {
    const response = await fetch(`http://${this.pod(name).status?.podIP}:8080${path}`, { headers: { connection: 'close' } });
    return response.text();
  }

  /** `Reason message`, in the order of the first times. */
  events(name: string): string[] {
    const stored = this.registry.store.list('/events', 'default') as (KubeObject & { reason: string; message: string })[];
    return stored
      .filter(({ involvedObject }) => (involvedObject as { name: string }).name === name)
      .map(({ reason, message }) => `${reason} ${message}`);
  }
}

export const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

export const status = (pod: Pod) => pod.status?.containerStatuses?.[0];
