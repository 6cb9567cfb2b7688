import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { ObjectRegistry } from '../../../api/object-registry.ts';
import { LabNetwork } from '../../../network.ts';
import { claimDnsAddress, serveDns } from '../../../proxy/dns-server.ts';
import { resources } from '../../../resources/resources.ts';
import { preloadUrl } from './preload-url.ts';

let network: LabNetwork;
let folder: string;
let clusterIP: string;
let stopDns: () => Promise<void>;
const programs = new Set<ChildProcess>();

/** A lab's names: Service `delivery` of `shop`, headless `kafka` with kafka-0. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preload-'));
  for (let second = 200; ; second += 1) {
    network = new LabNetwork(`127.${second}`);
    const socket = await claimDnsAddress(network);
    if (!socket) continue;
    const registry = new ObjectRegistry({ resources, network });
    registry.create('Namespace', { metadata: { name: 'shop' } });
    const ports = [{ name: 'http', port: 80, protocol: 'TCP' }];
    clusterIP = registry.create('Service', { metadata: { name: 'delivery', namespace: 'shop' }, spec: { ports } }).spec?.clusterIP ?? '';
    registry.create('Service', { metadata: { name: 'kafka', namespace: 'shop' }, spec: { clusterIP: 'None', ports } });
    registry.create('EndpointSlice', {
      metadata: { name: 'kafka-abcde', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'kafka' } },
      addressType: 'IPv4',
      ports,
      endpoints: [{ addresses: [network.podIP(7) ?? ''], conditions: { ready: true }, hostname: 'kafka-0' }],
    });
    stopDns = serveDns(socket, registry).stop;
    return;
  }
});
afterAll(async () => {
  await stopDns();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  for (const program of programs) {
    if (program.exitCode !== null || program.signalCode !== null) continue;
    const exit = once(program, 'exit');
    program.kill('SIGKILL');
    await exit;
  }
  programs.clear();
});

/** A program in a Pod of namespace `shop`. */
function run(name: string, source: string, podIP = network.podIP(0) ?? ''): ChildProcess {
  const file = join(folder, name);
  writeFileSync(file, source);
  const program = spawn(process.execPath, [file], {
    env: {
      ...process.env,
      NODE_OPTIONS: `--import ${preloadUrl(import.meta.url)}`,
      HOSTNAME: 'order-5d9-abcde',
      SHOPLAB_POD_IP: podIP,
      SHOPLAB_DNS: `${network.dnsIP}:${network.dnsPort}`,
      SHOPLAB_NAMESPACE: 'shop',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  programs.add(program);
  return program;
}

async function result(name: string, source: string): Promise<unknown> {
  const program = run(name, source);
  return JSON.parse(await text(program.stdout as NonNullable<typeof program.stdout>)) as unknown;
}

async function firstLine(program: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: program.stdout as NonNullable<typeof program.stdout> })) return line;
  return '';
}

const httpServer = (kind: 'cjs' | 'mjs'): string => `
${kind === 'cjs' ? "const http = require('http');" : "import http from 'node:http';"}
http.createServer((request, response) => response.end(process.env.SHOPLAB_POD_IP)).listen(48081, function () { console.log(this.address().address); });
`;

test('an unchanged server listens on one port at each Pod’s address, CommonJS and ESM', async () => {
  const [one, two] = [network.podIP(1) ?? '', network.podIP(2) ?? ''];
  expect(await firstLine(run('server.cjs', httpServer('cjs'), one))).toBe(one);
  expect(await firstLine(run('server.mjs', httpServer('mjs'), two))).toBe(two);
  for (const ip of [one, two]) expect(await (await fetch(`http://${ip}:48081/`)).text()).toBe(ip);
  await expect(fetch('http://127.0.0.1:48081/')).rejects.toThrow();
});

test('every way to say all addresses means the Pod’s; an address that is named stays', async () => {
  const source = `
    import net from 'node:net';
    const pipe = ${JSON.stringify(join(folder, 'socket'))};
    const ways = {
      'port': [0], 'port, callback': [0, () => 0], 'text': ['0'], 'nothing': [], 'callback': [() => 0], 'null': [null], 'undefined': [undefined],
      'port, any': [0, '0.0.0.0'], 'port, any 6': [0, '::'], 'port, empty': [0, ''], 'port, any, backlog, callback': [0, '0.0.0.0', 9, () => 0],
      'port, backlog': [0, 9], 'port, backlog, callback': [0, 9, () => 0], 'port, undefined, callback': [0, undefined, () => 0],
      'options': [{ port: 0 }], 'options, callback': [{ port: 0, backlog: 9 }, () => 0], 'options, any': [{ port: 0, host: '0.0.0.0', exclusive: true }],
      'options, any 6': [{ port: 0, host: '::' }],
      'loopback': [0, '127.0.0.1'], 'options, loopback': [{ port: 0, host: '127.0.0.1' }], 'localhost': [0, 'localhost'],
      'pipe': [pipe], 'options, pipe': [{ path: pipe + '2' }],
    };
    const found = {};
    for (const [name, args] of Object.entries(ways)) {
      const called = args.findIndex((one) => typeof one === 'function');
      const server = net.createServer();
      const ready = called >= 0 ? new Promise((resolve) => { args[called] = resolve; }) : new Promise((resolve) => server.once('listening', resolve));
      server.listen(...args);
      await ready;
      found[name] = server.address().address ?? 'pipe';
      server.close();
    }
    console.log(JSON.stringify(found));
  `;
  const found = (await result('ways.mjs', source)) as Record<string, string>;
  const others = Object.fromEntries(Object.entries(found).filter(([, address]) => address !== network.podIP(0)));
  expect(others).toEqual({
    loopback: '127.0.0.1',
    'options, loopback': '127.0.0.1',
    localhost: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
    pipe: 'pipe',
    'options, pipe': 'pipe',
  });
  expect(Object.keys(found)).toHaveLength(23);
});

test('workers of a node:cluster share a port at the Pod’s address', async () => {
  const source = `
    import cluster from 'node:cluster';
    import net from 'node:net';
    if (cluster.isPrimary) {
      const addresses = await Promise.all([0, 1].map(() => new Promise((resolve) => cluster.fork().on('listening', resolve))));
      console.log(JSON.stringify(addresses.map(({ address, port }) => ({ address, port }))));
      for (const worker of Object.values(cluster.workers)) worker.kill();
    } else net.createServer().listen(48082);
  `;
  const place = { address: network.podIP(0), port: 48082 };
  expect(await result('workers.mjs', source)).toEqual([place, place]);
});

test('names of Services resolve, by every way to look up', async () => {
  const source = `
    import dns, { lookup } from 'node:dns';
    import promises, { lookup as promised } from 'node:dns/promises';
    import { promisify } from 'node:util';
    const found = {};
    const call = (...args) => new Promise((resolve) => lookup(...args, (error, ...rest) => resolve(error?.code ?? rest)));
    for (const name of ['delivery', 'delivery.shop', 'delivery.shop.svc', 'delivery.shop.svc.cluster.local', 'delivery.shop.svc.cluster.local.', 'DELIVERY'])
      found[name] = (await promised(name)).address;
    for (const name of ['kafka', 'kafka-0.kafka', 'kafka-0.kafka.shop.svc.cluster.local']) found[name] = (await dns.promises.lookup(name)).address;
    found.callback = await call('delivery');
    found.family = await call('delivery', 4);
    found.options = await call('delivery', { all: true, family: 'IPv4' });
    found.promisified = await promisify(dns.lookup)('delivery');
    found.all = await promises.lookup('delivery', { all: true });
    found.address = await call('127.0.0.1');
    found.localhost = (await promises.lookup('localhost', 4)).address;
    found.own = (await promises.lookup(process.env.HOSTNAME)).address;
    for (const name of ['absent', 'absent.shop.svc', 'absent.shop.svc.cluster.local'])
      found[name] = await promised(name).then(JSON.stringify, (error) => [error.code, error.syscall, error.hostname, error.message].join(' '));
    found.callbackAbsent = await call('absent');
    console.log(JSON.stringify(found));
  `;
  const kafka = network.podIP(7);
  const absent = (name: string): string => `ENOTFOUND getaddrinfo ${name} getaddrinfo ENOTFOUND ${name}`;
  expect(await result('names.mjs', source)).toEqual({
    delivery: clusterIP,
    'delivery.shop': clusterIP,
    'delivery.shop.svc': clusterIP,
    'delivery.shop.svc.cluster.local': clusterIP,
    'delivery.shop.svc.cluster.local.': clusterIP,
    DELIVERY: clusterIP,
    kafka,
    'kafka-0.kafka': kafka,
    'kafka-0.kafka.shop.svc.cluster.local': kafka,
    callback: [clusterIP, 4],
    family: [clusterIP, 4],
    options: [[{ address: clusterIP, family: 4 }]],
    promisified: { address: clusterIP, family: 4 },
    all: [{ address: clusterIP, family: 4 }],
    address: ['127.0.0.1', 4],
    localhost: '127.0.0.1',
    own: network.podIP(0),
    absent: absent('absent'),
    'absent.shop.svc': absent('absent.shop.svc'),
    'absent.shop.svc.cluster.local': absent('absent.shop.svc.cluster.local'),
    callbackAbsent: 'ENOTFOUND',
  });
});

test('fetch, http.get and net.connect reach a Service by its name', async () => {
  const server = createServer((request, response) => response.end(`${request.url} for ${request.headers.host}`));
  server.listen(0, clusterIP);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const source = `
    const http = require('http');
    const net = require('net');
    (async () => {
      const found = {};
      found.fetch = await (await fetch('http://delivery:${port}/fetch')).text();
      found.get = await new Promise((resolve, reject) => {
        http.get('http://delivery.shop:${port}/get', (response) => { let body = ''; response.on('data', (data) => { body += data; }).on('end', () => resolve(body)); }).on('error', reject);
      });
      found.connect = await new Promise((resolve, reject) => {
        const socket = net.connect(${port}, 'delivery', () => { resolve(socket.remoteAddress); socket.destroy(); }).on('error', reject);
      });
      found.options = await new Promise((resolve, reject) => {
        const socket = net.connect({ host: 'delivery', port: ${port} }, () => { resolve(socket.remoteAddress); socket.destroy(); }).on('error', reject);
      });
      found.absent = await fetch('http://absent:${port}/').catch((error) => error.cause.code);
      console.log(JSON.stringify(found));
    })();
  `;
  const found = await result('reach.cjs', source);
  server.close();
  expect(found).toEqual({
    fetch: `/fetch for delivery:${port}`,
    get: `/get for delivery.shop:${port}`,
    connect: clusterIP,
    options: clusterIP,
    absent: 'ENOTFOUND',
  });
});
