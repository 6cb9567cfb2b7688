import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { NodeApi } from '../kubelet/node-api.ts';
import { LabNetwork } from '../network.ts';
import { checkFields, loadFieldModels } from '../resources/fields.ts';
import { resources } from '../resources/resources.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { badRequest } from './errors.ts';
import { createRegistry, type ObjectRegistry } from './object-registry.ts';
import type { Kinds } from './registry.ts';

/** A node whose containers are made up: what it was asked is kept. */
class FakeNode implements NodeApi {
  port = 0;
  readonly asked: unknown[] = [];
  async logs(_namespace: string, pod: string, options: Parameters<NodeApi['logs']>[2], signal: AbortSignal) {
    this.asked.push(options);
    if (options.previous) throw badRequest(`previous terminated container "${options.container}" in pod "${pod}" not found`);
    const stream = new PassThrough();
    for (const line of ['one', 'two', 'three'].slice(-(options.tailLines ?? 3))) stream.write(`${line}\n`);
    if (options.follow) signal.addEventListener('abort', () => stream.end());
    else stream.end();
    return stream;
  }
  async exec(_namespace: string, _pod: string, { command, stdin, stdout, stderr }: Parameters<NodeApi['exec']>[2]) {
    if (command[0] === 'missing') throw badRequest('exec: "missing": executable file not found');
    for await (const chunk of stdin ?? []) stdout?.write(chunk);
    stdout?.write(`out ${command.join(' ')}\n`);
    stderr?.write('err\n');
    return command[0] === 'false' ? 3 : 0;
  }
  connect(_namespace: string, _pod: string, port: number) {
    return new Promise<ReturnType<typeof connect>>((done, fail) => {
      const socket = connect(port === 8080 ? this.port : port, '127.0.0.1', () => done(socket));
      socket.on('error', fail);
    });
  }
  usage() {
    return { atMs: Date.now(), windowMs: 10_000, containers: [{ name: 'app', cpuCores: 0.012, memoryBytes: 20 * 1024 * 1024 }] };
  }
}

/** For tests: a server with all kinds, no controllers, a made-up node, and an application that answers at port 8080 of every Pod. */
export class TestServer {
  readonly registry: ObjectRegistry;
  readonly node = new FakeNode();
  readonly server: ApiServer;
  /** A folder of its own, gone at the end. */
  readonly folder: string;
  private readonly app: Server;
  private constructor(registry: ObjectRegistry, server: ApiServer, node: FakeNode, app: Server) {
    this.registry = registry;
    this.server = server;
    this.node = node;
    this.app = app;
    this.folder = mkdtempSync(join(tmpdir(), 'shoplab-api-'));
  }

  static async start(): Promise<TestServer> {
    await loadFieldModels();
    const registry = createRegistry({ resources, network: new LabNetwork('127.77') });
    const node = new FakeNode();
    const server = await startApiServer({ registry, node: () => node, checkFields, log: (line) => console.error(line) });
    const app = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        response.writeHead(request.url === '/teapot' ? 418 : 200, { 'content-type': 'text/plain', 'x-app': 'yes' });
        response.end(`${request.method} ${request.url} ${Buffer.concat(parts)} ${request.headers.authorization ?? 'no token'}`);
      });
    }).listen(0, '127.0.0.1');
    await once(app, 'listening');
    node.port = (app.address() as AddressInfo).port;
    return new TestServer(registry, server, node, app);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    this.app.closeAllConnections();
    this.app.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  namespace(name: string): string {
    if (!this.registry.find('Namespace', '', name)) this.registry.create('Namespace', { metadata: { name } });
    return name;
  }

  /** A Pod on the node. */
  pod(name: string, namespace: string): Kinds['Pod'] {
    const containers = [{ name: 'app', image: 'web:1', ports: [{ name: 'http', containerPort: 8080 }] }];
    this.registry.create('Pod', { metadata: { name, namespace, labels: { app: name } }, spec: { containers } });
    return this.registry.bind(namespace, name, 'node');
  }
}

/** Waits until a condition holds that no event tells of. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; !holds(); await new Promise((done) => setTimeout(done, 20))) {
    if (Date.now() > deadline) throw new Error(`30 s went by without: ${what}`);
  }
}
