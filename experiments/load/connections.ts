import { Client, type Dispatcher, Pool } from 'undici';

/** One connection of those that take turns: its number, counted over the whole load, and when it was opened (performance.now). */
export interface Line {
  number: number;
  openedMs: number;
}

/** A connection lent for one request. */
export interface Lent {
  dispatcher: Dispatcher;
  /** The connection that the request went on, once it did; undefined where connections are shared. */
  line(): Line | undefined;
  giveBack(): void;
}

export interface Connections {
  lend(): Lent;
  destroy(): Promise<void>;
}

/** As many connections as it takes, up to `maxVUs`; a request goes on any that is free. */
export function sharedConnections(origin: string, maxVUs: number, connectMs: number): Connections {
  const pool = new Pool(origin, { connections: maxVUs, pipelining: 1, connect: { timeout: connectMs } });
  return {
    lend: () => ({ dispatcher: pool, line: () => undefined, giveBack: () => undefined }),
    destroy: () => pool.destroy(),
  };
}

/**
 * So many kept-alive connections that take turns: each carries its share of the requests, and the share of connections on a Pod is the share of
 * requests that go there. While all of them wait for answers others help out, so that no request has to wait for one that hangs. A connection
 * that broke, or was given up after a time-out, is opened anew (by undici at once), and has a new number.
 */
export function connectionsInTurn(origin: string, count: number, connectMs: number): Connections {
  let opened = 0;
  const open = () => {
    const client = new Client(origin, { pipelining: 1, connect: { timeout: connectMs } });
    const line = { client, number: 0, openedMs: 0, open: false };
    client.on('connect', () => {
      opened += 1;
      line.number = opened;
      line.openedMs = performance.now();
      line.open = true;
    });
    client.on('disconnect', () => {
      line.open = false;
    });
    return line;
  };
  const regular = Array.from({ length: count }, open);
  const all = [...regular];
  const helpers: typeof all = [];
  const help = () => {
    const line = open();
    all.push(line);
    return line;
  };
  return {
    lend: () => {
      const inTurn = regular.shift();
      const line = inTurn ?? helpers.pop() ?? help();
      const { number: former, open: wasOpen } = line;
      return {
        dispatcher: line.client,
        // A time-out has closed it by now, but it went on it; one that was closed before counts no more.
        line: () => (line.number !== former || wasOpen ? { number: line.number, openedMs: line.openedMs } : undefined),
        giveBack: () => void (inTurn ? regular : helpers).push(line),
      };
    },
    destroy: async () => void (await Promise.all(all.map(({ client }) => client.destroy()))),
  };
}
