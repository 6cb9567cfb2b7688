import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Log } from '../log.ts';
import { toxicView } from '../toxics/placed-toxic.ts';
import { bindError, formatHostPort, type HostPort, parseHostPort, resolveHostPort } from './address.ts';
import { ToxicCollection } from './toxic-collection.ts';

/** As the real one prints all addresses, whichever of them the platform listens on. */
const everywhere = '[::]';

/** Listens at one place and connects each client to the upstream, through the toxics. */
export class ToxicProxy {
  readonly name: string;
  listen: string;
  upstream: string;
  enabled = false;
  readonly toxics = new ToxicCollection();
  private readonly log: Log;
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();

  constructor(name: string, listen: string, upstream: string, log: Log) {
    this.name = name;
    this.listen = listen;
    this.upstream = upstream;
    this.log = log;
  }

  /** Nothing where it is started already. Rejects, in Go's words, where it cannot listen there. */
  async start(): Promise<void> {
    if (this.enabled) return;
    let place: HostPort;
    try {
      place = await resolveHostPort(this.listen);
    } catch (error) {
      throw new Error(`listen tcp: ${(error as Error).message}`);
    }
    const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (client) => void this.accept(client));
    const isEverywhere = place.host === '' || place.host === '0.0.0.0' || place.host === '::';
    try {
      server.listen({ port: place.port, ...(!isEverywhere && { host: place.host }), backlog: 1024 });
      await once(server, 'listening');
    } catch (error) {
      throw bindError(isEverywhere ? `:${place.port}` : formatHostPort(place), error as NodeJS.ErrnoException);
    }
    const { port } = server.address() as { port: number };
    this.listen = isEverywhere ? `${everywhere}:${port}` : formatHostPort({ host: place.host, port });
    this.server = server;
    this.enabled = true;
    this.log('info', 'Started proxy', this.names());
  }

  /** Takes no more clients, and cuts those that there are. */
  async stop(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.enabled = false;
    this.server = undefined;
    server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(server, 'close');
    this.log('info', 'Terminated proxy', this.names());
  }

  /** Whether it would listen or lead elsewhere. Rejects where the address is none. */
  async differs(listen: string, upstream: string): Promise<boolean> {
    return this.listen !== formatHostPort(await resolveHostPort(listen)) || this.upstream !== upstream;
  }

  async update(change: { listen: string; upstream: string; enabled: boolean }): Promise<void> {
    if (await this.differs(change.listen, change.upstream)) {
      await this.stop();
      this.listen = change.listen;
      this.upstream = change.upstream;
    }
    if (change.enabled !== this.enabled) await (change.enabled ? this.start() : this.stop());
  }

  /** As the API tells it. */
  view(): object {
    const { name, listen, upstream, enabled } = this;
    // Toxiproxy 2.12 tells of its logger too.
    return { name, listen, upstream, enabled, Logger: {}, toxics: this.toxics.list().map(toxicView) };
  }

  private async accept(client: Socket): Promise<void> {
    this.hold(client);
    const from = `${client.remoteAddress}:${client.remotePort}`;
    this.log('info', 'Accepted client', { ...this.names(), client: from });
    let server: Socket | undefined;
    try {
      server = connect({ ...parseHostPort(this.upstream), allowHalfOpen: true, noDelay: true });
      this.hold(server);
      await once(server, 'connect');
    } catch (error) {
      this.log('error', 'Unable to open connection to upstream', { ...this.names(), client: from, error: (error as Error).message });
      client.destroy();
      return;
    }
    if (client.destroyed || server.destroyed) {
      for (const socket of [client, server]) socket.destroy();
      return;
    }
    this.toxics.join(client, server);
  }

  /** What breaks ends the connection, by the link that reads or writes it. */
  private hold(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }

  private names(): Record<string, string> {
    return { name: this.name, listen: this.listen, upstream: this.upstream };
  }
}
