import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Dial } from '../dial.ts';
import { reset } from './reset.ts';
import { placesOf, type Route, type Target } from './service-routes.ts';

/** How long to wait before an address that was taken is tried again. */
const retryMs = 1000;

/** What answers at one address and port of a Service. */
export interface ServiceListener {
  /** Takes the endpoints of now. New connections go to them, those that are there stay. Answers whether they are others than before. */
  update(route: Route): boolean;
  /** Ends all connections and stops to listen. */
  stop(): Promise<void>;
}

/**
 * One address and port of a Service. It listens only while there is an endpoint, so that a connection is refused by the kernel at once
 * where there is none, as kube-proxy's REJECT does. Each connection goes to one endpoint, chosen at random, and stays there until it ends,
 * also when the endpoint goes.
 */
export class Listener implements ServiceListener {
  private route: Route;
  /** Where the endpoints were; none at first. */
  private places = '';
  private server?: Server;
  private retry?: NodeJS.Timeout;
  /** Said once, until it listens again. */
  private failed = false;
  private readonly sockets = new Set<Socket>();
  private readonly affinity = new Map<string, { target: Target; untilMs: number }>();
  private readonly onError: (error: NodeJS.ErrnoException, route: Route) => void;
  private readonly dial: Dial;

  /** `dial` is how the endpoints are reached. */
  constructor(route: Route, onError: (error: NodeJS.ErrnoException, route: Route) => void, dial: Dial) {
    this.route = route;
    this.onError = onError;
    this.dial = dial;
  }

  update(route: Route): boolean {
    const changed = placesOf(route) !== this.places;
    this.places = placesOf(route);
    this.route = route;
    if (route.targets.length > 0 && !this.server && !this.retry) this.open();
    else if (route.targets.length === 0) this.close();
    return changed;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.close();
    for (const socket of this.sockets) socket.destroy();
    if (server?.listening) await once(server, 'close');
  }

  private open(): void {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => void this.accept(near));
    server.on('listening', () => {
      this.failed = false;
    });
    server.on('error', (error) => {
      if (this.server !== server) return;
      delete this.server;
      this.retry = setTimeout(() => {
        delete this.retry;
        this.open();
      }, retryMs);
      if (!this.failed) this.onError(error, this.route);
      this.failed = true;
    });
    server.listen({ host: this.route.address, port: this.route.port, backlog: 1024 });
    this.server = server;
  }

  private close(): void {
    clearTimeout(this.retry);
    delete this.retry;
    this.server?.close();
    delete this.server;
  }

  private async accept(near: Socket): Promise<void> {
    const target = this.choose(near.remoteAddress ?? '');
    if (!target) {
      reset(near);
      return;
    }
    const gone = new AbortController();
    this.keep(near)
      .on('error', () => gone.abort())
      .on('close', () => gone.abort());
    let far: Socket;
    try {
      far = this.keep(await this.dial(target, gone.signal));
    } catch {
      reset(near);
      return;
    }
    if (near.destroyed) return void far.destroy();
    join(near, far);
    join(far, near);
    near.pipe(far);
    far.pipe(near);
  }

  private keep(socket: Socket): Socket {
    this.sockets.add(socket);
    return socket.on('close', () => this.sockets.delete(socket));
  }

  private choose(client: string): Target | undefined {
    const { targets, affinityMs } = this.route;
    const kept = this.affinity.get(client);
    const still =
      kept && kept.untilMs > Date.now() && targets.find(({ host, port }) => host === kept.target.host && port === kept.target.port);
    const target = still || targets[Math.floor(Math.random() * targets.length)];
    if (target && affinityMs > 0) this.affinity.set(client, { target, untilMs: Date.now() + affinityMs });
    return target;
  }
}

/** What breaks one side resets the other: a client must see a failed Pod as such, not as an end. */
function join(socket: Socket, other: Socket): void {
  socket.on('error', () => reset(other));
  socket.on('close', (broken) => {
    if (broken) reset(other);
    else if (!socket.readableEnded) other.destroy();
  });
}
