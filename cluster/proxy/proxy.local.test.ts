import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as after } from 'node:timers/promises';
import { ObjectRegistry } from '../api/object-registry.ts';
import type { Kinds } from '../api/registry.ts';
import { freePort } from '../images/free-port.ts';
import { LabNetwork } from '../network.ts';
import { resources } from '../resources/resources.ts';
import { claimDnsAddress } from './dns-server.ts';
import { startProxy } from './proxy.ts';
import { reset } from './reset.ts';

type ServiceSpec = NonNullable<Kinds['Service']['spec']>;
type Endpoint = Kinds['EndpointSlice']['endpoints'][number];

/** A registry with its proxy at addresses of its own. Services and slices are written by hand: no controller runs. */
async function startLab(localhostNamespace?: string) {
  const { network, socket } = await freeNetwork();
  const registry = new ObjectRegistry({ resources, network });
  const proxy = startProxy({ registry, nodeIP: network.nodeIP, ...(localhostNamespace && { localhostNamespace }) });
  const pods = new Set<Server>();
  return {
    registry,
    network,
    proxy,
    /** A Pod that answers what comes with `serve`, at the n-th Pod address and the port that `beside` has, if any. */
    async pod(n: number, serve: (socket: Socket) => void, beside?: number): Promise<{ ip: string; port: number; server: Server }> {
      const server = createServer({ allowHalfOpen: true }, serve);
      const ip = network.podIP(n) ?? '';
      server.listen(beside ?? 0, ip);
      await once(server, 'listening');
      pods.add(server);
      return { ip, port: (server.address() as { port: number }).port, server };
    },
    service(name: string, spec: Partial<ServiceSpec>, namespace = 'default'): Kinds['Service'] {
      return registry.create('Service', { metadata: { name, namespace }, spec: { selector: { app: name }, ...spec } as ServiceSpec });
    },
    slice(service: string, ports: { name?: string; port: number }[], endpoints: Endpoint[]): void {
      const name = `${service}-abcde`;
      const there = registry.find('EndpointSlice', 'default', name);
      const labels = { 'kubernetes.io/service-name': service };
      const content = { addressType: 'IPv4', ports: ports.map((port) => ({ protocol: 'TCP', name: '', ...port })), endpoints };
      if (there) registry.update('EndpointSlice', { ...there, ...content });
      else registry.create('EndpointSlice', { metadata: { name, namespace: 'default', labels }, ...content });
    },
    async stop() {
      await proxy.stop();
      socket.close();
      for (const pod of pods) pod.close();
    },
  };
}

async function freeNetwork() {
  for (let second = 200; second < 250; second += 1) {
    const network = new LabNetwork(`127.${second}`);
    const socket = await claimDnsAddress(network);
    if (socket) return { network, socket };
  }
  throw new Error('no free /16');
}

const endpoint = (ip: string, conditions: Endpoint['conditions'] = { ready: true }): Endpoint => ({ addresses: [ip], conditions });
const says = (word: string) => (socket: Socket) => void socket.end(word);

/** What the place says at once, or the code of the error. */
async function ask(host: string, port: number): Promise<string> {
  const socket = connect(port, host);
  try {
    return await text(socket);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** Whether a connection opens: `open`, or the code of the error. */
const knock = (host: string, port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, host);
    socket.on('connect', () => resolve('open')).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('connect', () => socket.destroy());
  });

/** How a connection ends: by a FIN, or the code of its error, whichever is first. */
const firstOf = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('end', () => resolve('end'));
  });

async function eventually<T>(look: () => T | Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const until = Date.now() + 20_000;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > until) throw new Error(`not within 20 s: last seen ${JSON.stringify(value)}`);
    await after(10);
  }
}

let lab: Awaited<ReturnType<typeof startLab>>;
beforeEach(async () => {
  lab = await startLab('default');
});
afterEach(() => lab.stop());

// Above 1023, which any user may listen on.
const http = [{ name: 'http', port: 8080, protocol: 'TCP', targetPort: 'http' }];

describe('new connections', () => {
  test('are refused while there is no endpoint, and go there when there is one', async () => {
    const { spec } = lab.service('web', { ports: http });
    const ip = spec?.clusterIP ?? '';
    expect(await ask(ip, 8080)).toBe('ECONNREFUSED');
    const pod = await lab.pod(0, says('one'));
    lab.slice('web', [{ name: 'http', port: pod.port }], [endpoint(pod.ip, { ready: false, serving: false, terminating: false })]);
    expect(await ask(ip, 8080)).toBe('ECONNREFUSED');
    lab.slice('web', [{ name: 'http', port: pod.port }], [endpoint(pod.ip)]);
    await eventually(
      () => ask(ip, 8080),
      (answer) => answer === 'one',
    );
    lab.slice('web', [{ name: 'http', port: pod.port }], []);
    await eventually(
      () => ask(ip, 8080),
      (answer) => answer === 'ECONNREFUSED',
    );
  });

  test('are spread at random over the ready endpoints', async () => {
    const { spec } = lab.service('web', { ports: http });
    const one = await lab.pod(0, says('one'));
    const two = await lab.pod(1, says('two'), one.port);
    const three = await lab.pod(2, says('three'), one.port);
    lab.slice(
      'web',
      [{ name: 'http', port: one.port }],
      [endpoint(one.ip), endpoint(two.ip), endpoint(three.ip, { ready: false, serving: true, terminating: true })],
    );
    await eventually(
      () => ask(spec?.clusterIP ?? '', 8080),
      (answer) => answer !== 'ECONNREFUSED',
    );
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(spec?.clusterIP ?? '', 8080)));
    expect(new Set(answers)).toEqual(new Set(['one', 'two']));
    // Less than 60 of 200 comes about once in a hundred million times where the choice is even.
    expect(answers.filter((answer) => answer === 'one').length).toBeGreaterThan(60);
    expect(answers.filter((answer) => answer === 'two').length).toBeGreaterThan(60);
  });

  test('go to an endpoint that serves while it terminates, where none is ready', async () => {
    const { spec } = lab.service('web', { ports: http });
    const pod = await lab.pod(0, says('leaving'));
    lab.slice('web', [{ name: 'http', port: pod.port }], [endpoint(pod.ip, { ready: false, serving: true, terminating: true })]);
    await eventually(
      () => ask(spec?.clusterIP ?? '', 8080),
      (answer) => answer === 'leaving',
    );
  });

  test('still go to an endpoint for up to a second after it went, where another change came just before, as kube-proxy lets them', async () => {
    const { spec } = lab.service('web', { ports: http });
    const ip = spec?.clusterIP ?? '';
    const old = await lab.pod(0, says('old'));
    const young = await lab.pod(1, says('young'), old.port);
    const began = performance.now();
    lab.slice('web', [{ name: 'http', port: old.port }], [endpoint(old.ip)]);
    await eventually(
      () => ask(ip, 8080),
      (answer) => answer === 'old',
    );
    lab.slice('web', [{ name: 'http', port: old.port }], [endpoint(young.ip)]);
    await eventually(
      () => ask(ip, 8080),
      (answer) => answer === 'young',
    );
    expect(performance.now() - began).toBeGreaterThan(950);
  });

  test('find each port of the Service by its name', async () => {
    const { spec } = lab.service('web', { ports: [...http, { name: 'admin', port: 8081, protocol: 'TCP', targetPort: 9000 }] });
    const front = await lab.pod(0, says('front'));
    const admin = await lab.pod(0, says('admin'));
    lab.slice(
      'web',
      [
        { name: 'http', port: front.port },
        { name: 'admin', port: admin.port },
      ],
      [endpoint(front.ip)],
    );
    await eventually(
      () => ask(spec?.clusterIP ?? '', 8080),
      (answer) => answer === 'front',
    );
    await eventually(
      () => ask(spec?.clusterIP ?? '', 8081),
      (answer) => answer === 'admin',
    );
  });

  test('stay with one endpoint where sessionAffinity is ClientIP', async () => {
    const { spec } = lab.service('web', { ports: http, sessionAffinity: 'ClientIP' });
    const one = await lab.pod(0, says('one'));
    const two = await lab.pod(1, says('two'), one.port);
    lab.slice('web', [{ name: 'http', port: one.port }], [endpoint(one.ip), endpoint(two.ip)]);
    const first = await eventually(
      () => ask(spec?.clusterIP ?? '', 8080),
      (answer) => answer !== 'ECONNREFUSED',
    );
    for (let n = 0; n < 30; n += 1) expect(await ask(spec?.clusterIP ?? '', 8080)).toBe(first);
    const [stays, goes] = first === 'one' ? [two, one] : [one, two];
    lab.slice('web', [{ name: 'http', port: one.port }], [endpoint(stays.ip), endpoint(goes.ip, { ready: false })]);
    await eventually(
      () => ask(spec?.clusterIP ?? '', 8080),
      (answer) => answer !== first,
    );
  });
});

describe('established connections', () => {
  async function echo(serve: (socket: Socket) => void): Promise<Socket> {
    const { spec } = lab.service('web', { ports: http });
    const pod = await lab.pod(0, serve);
    lab.slice('web', [{ name: 'http', port: pod.port }], [endpoint(pod.ip)]);
    const open = (): Promise<Socket | undefined> => {
      const socket = connect({ port: 8080, host: spec?.clusterIP ?? '', allowHalfOpen: true });
      return once(socket, 'connect').then(
        () => socket,
        () => undefined,
      );
    };
    return (await eventually(open, (socket) => socket !== undefined)) as Socket;
  }

  test('stay with their Pod when it is an endpoint no more', async () => {
    const socket = await echo((near) => near.pipe(near));
    socket.write('a');
    expect(String((await once(socket, 'data'))[0])).toBe('a');
    lab.slice('web', [{ name: 'http', port: 1 }], []);
    await eventually(
      () => knock(lab.registry.get('Service', 'default', 'web').spec?.clusterIP ?? '', 8080),
      (answer) => answer === 'ECONNREFUSED',
    );
    socket.write('b');
    expect(String((await once(socket, 'data'))[0])).toBe('b');
    lab.registry.delete('Service', 'default', 'web');
    socket.destroy();
  });

  test('can be half closed: what comes after the end of the request arrives', async () => {
    const socket = await echo((near) => {
      let request = '';
      near.on('data', (chunk: Buffer) => {
        request += chunk;
      });
      near.on('end', () => near.end(`answer to ${request}`));
    });
    socket.end('request');
    expect(await text(socket)).toBe('answer to request');
  });

  test('pass on a reset of the Pod as a reset, not as an end', async () => {
    const socket = await echo((near) => void near.once('data', () => reset(near)));
    socket.resume();
    const seen = firstOf(socket);
    socket.write('x');
    expect(await seen).toBe('ECONNRESET');
  });

  test('pass on a reset of the client to the Pod', async () => {
    const pods: Socket[] = [];
    const socket = await echo((near) => void pods.push(near.resume()));
    const [pod] = await eventually(
      () => pods,
      ({ length }) => length > 0,
    );
    const seen = firstOf(pod as Socket);
    reset(socket);
    expect(await seen).toBe('ECONNRESET');
  });

  test('hold back a sender whose reader is slow', async () => {
    let release: (() => void) | undefined;
    let received = 0;
    const socket = await echo((near) => {
      near.pause();
      near.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      near.pause();
      near.on('end', () => near.end());
      release = () => near.resume();
    });
    const chunk = Buffer.alloc(1 << 20);
    // Until the sender is held back for good: nothing has left its buffer for a while.
    let sent = 0;
    let buffered = -1;
    for (let still = 0; still < 10; ) {
      if (socket.writableLength < chunk.length) {
        socket.write(chunk);
        sent += chunk.length;
        still = 0;
      } else still = buffered === socket.writableLength ? still + 1 : 0;
      buffered = socket.writableLength;
      if (sent > 200 * chunk.length) throw new Error('200 MB were taken that nobody read');
      await after(20);
    }
    socket.end();
    release?.();
    socket.resume();
    await once(socket, 'end');
    expect(received).toBe(sent);
  });

  test('end with the proxy', async () => {
    const socket = await echo((near) => void near.write('hello'));
    await once(socket, 'data');
    const closed = once(socket, 'close').catch(() => undefined);
    socket.on('error', () => socket.destroy()).on('end', () => socket.destroy());
    await lab.proxy.stop();
    await closed;
  });
});

describe('where a Service is answered', () => {
  test('NodePort: at the node’s address', async () => {
    const { spec } = lab.service('web', { type: 'NodePort', ports: http });
    const pod = await lab.pod(0, says('one'));
    lab.slice('web', [{ name: 'http', port: pod.port }], [endpoint(pod.ip)]);
    const nodePort = spec?.ports?.[0]?.nodePort ?? 0;
    expect(nodePort).toBeGreaterThanOrEqual(30_000);
    await eventually(
      () => ask(lab.network.nodeIP, nodePort),
      (answer) => answer === 'one',
    );
  });

  test('LoadBalancer: on 127.0.0.1 for the chosen namespace, on its clusterIP for others', async () => {
    const port = await freePort();
    lab.registry.create('Namespace', { metadata: { name: 'other' } });
    lab.service('web', { type: 'LoadBalancer', ports: [{ name: 'http', port, protocol: 'TCP', targetPort: 'http' }] });
    const other = lab.service('web', { type: 'LoadBalancer', ports: http }, 'other');
    const pod = await lab.pod(0, says('one'));
    lab.slice('web', [{ name: 'http', port: pod.port }], [endpoint(pod.ip)]);
    await eventually(
      () => ask('127.0.0.1', port),
      (answer) => answer === 'one',
    );
    const ingress = (namespace: string) => lab.registry.get('Service', namespace, 'web').status?.loadBalancer?.ingress?.map(({ ip }) => ip);
    expect(ingress('default')).toEqual(['127.0.0.1']);
    expect(ingress('other')).toEqual([other.spec?.clusterIP]);
  });

  test('a port of 127.0.0.1 that is taken: an Event says by whom; it is taken over when it is free', async () => {
    const blocker = createServer(says('somebody else')).listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    lab.service('web', { type: 'LoadBalancer', ports: [{ name: 'http', port, protocol: 'TCP', targetPort: 'http' }] });
    const pod = await lab.pod(0, says('one'));
    lab.slice('web', [{ name: 'http', port: pod.port }], [endpoint(pod.ip)]);
    const events = () =>
      lab.registry
        .listObjects(lab.registry.resource('Event'))
        .filter(({ reason, type }) => reason === 'FailedToListen' && type === 'Warning');
    const [event] = await eventually(events, (found) => found.length > 0);
    expect(event?.involvedObject).toMatchObject({ kind: 'Service', name: 'web' });
    expect(event?.message).toContain(`Cannot listen on 127.0.0.1:${port} for default/web:${port}`);
    if (process.platform === 'linux') expect(event?.message).toContain(`(process ${process.pid}) listens there`);
    expect(await ask('127.0.0.1', port)).toBe('somebody else');
    blocker.close();
    await eventually(
      () => ask('127.0.0.1', port),
      (answer) => answer === 'one',
    );
    expect(events()[0]).toMatchObject({ count: 1 });
  });

  test('headless: nowhere', async () => {
    const service = lab.service('db', { clusterIP: 'None', ports: http });
    const pod = await lab.pod(0, says('one'));
    lab.slice('db', [{ name: 'http', port: pod.port }], [endpoint(pod.ip)]);
    expect(service.spec?.clusterIP).toBe('None');
    expect(await ask(lab.network.serviceIP(0) ?? '', 8080)).toBe('ECONNREFUSED');
  });

  test('a Service that is gone: nowhere', async () => {
    const { spec } = lab.service('web', { ports: http });
    const pod = await lab.pod(0, says('one'));
    lab.slice('web', [{ name: 'http', port: pod.port }], [endpoint(pod.ip)]);
    await eventually(
      () => ask(spec?.clusterIP ?? '', 8080),
      (answer) => answer === 'one',
    );
    lab.registry.delete('Service', 'default', 'web');
    await eventually(
      () => ask(spec?.clusterIP ?? '', 8080),
      (answer) => answer === 'ECONNREFUSED',
    );
  });

  test('endpoints that come and go in one tick leave nothing that listens', async () => {
    const { spec } = lab.service('web', { ports: http });
    const pod = await lab.pod(0, says('one'));
    for (let n = 0; n < 20; n += 1) {
      lab.slice('web', [{ name: 'http', port: pod.port }], [endpoint(pod.ip)]);
      lab.slice('web', [{ name: 'http', port: pod.port }], []);
    }
    // What came within the second after the first is seen at its end.
    await eventually(
      () => ask(spec?.clusterIP ?? '', 8080),
      (answer) => answer === 'ECONNREFUSED',
    );
    lab.slice('web', [{ name: 'http', port: pod.port }], [endpoint(pod.ip)]);
    await eventually(
      () => ask(spec?.clusterIP ?? '', 8080),
      (answer) => answer === 'one',
    );
  });
});

test('a listener that cannot be ended is told of, and holds nothing up', async () => {
  const { network, socket } = await freeNetwork();
  const registry = new ObjectRegistry({ resources, network });
  let log: (line: string) => void = () => undefined;
  const said = new Promise<string>((resolve) => {
    log = resolve;
  });
  let listens: () => void = () => undefined;
  const listening = new Promise<void>((resolve) => {
    listens = resolve;
  });
  const clusterListener = () => {
    listens();
    return { update: () => true, stop: () => Promise.reject(new Error('the engine is away')) };
  };
  const proxy = startProxy({ registry, nodeIP: network.nodeIP, clusterListener, log });
  registry.create('Service', {
    metadata: { name: 'shop', namespace: 'default' },
    spec: { selector: { app: 'shop' }, ports: [{ port: 80 }] } as ServiceSpec,
  });
  await listening;
  registry.delete('Service', 'default', 'shop');
  expect(await said).toBe('a listener could not be ended: the engine is away');
  await proxy.stop();
  socket.close();
});
