import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
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
  private readonly now: () => number;

  constructor(route: Route, onError: (error: NodeJS.ErrnoException, route: Route) => void, now: () => number = Date.now) {
    this.route = route;
    this.onError = onError;
    this.now = now;
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
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.accept(near));
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

  private accept(near: Socket): void {
    const target = this.choose(near.remoteAddress ?? '');
    if (!target) {
      reset(near);
      return;
    }
    const far = connect({ ...target, allowHalfOpen: true, noDelay: true });
    this.join(near, far);
    this.join(far, near);
    near.pipe(far);
    far.pipe(near);
  }

  /** What breaks one side resets the other: a client must see a failed Pod as such, not as an end. */
  private join(socket: Socket, other: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => reset(other));
    socket.on('close', (broken) => {
      this.sockets.delete(socket);
      if (broken) reset(other);
      else if (!socket.readableEnded) other.destroy();
    });
  }

  private choose(client: string): Target | undefined {
    const { targets, affinityMs } = this.route;
    const kept = this.affinity.get(client);
    const still =
      kept && kept.untilMs > this.now() && targets.find(({ host, port }) => host === kept.target.host && port === kept.target.port);
    const target = still || targets[Math.floor(Math.random() * targets.length)];
    if (target && affinityMs > 0) this.affinity.set(client, { target, untilMs: this.now() + affinityMs });
    return target;
  }
}
