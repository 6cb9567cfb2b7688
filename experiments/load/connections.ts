import { Agent, Client, type Dispatcher } from 'undici';

/** A connection lent for one request. */
export interface Lent {
  dispatcher: Dispatcher;
  /** Of the connection that the request went on, once it did; undefined where connections are shared. */
  number(): number | undefined;
  giveBack(): void;
}

export interface Connections {
  lend(): Lent;
  destroy(): Promise<void>;
}

/** As many connections as it takes, up to `maxVUs`; a request goes on any that is free. */
export function sharedConnections(maxVUs: number, connectMs: number): Connections {
  const agent = new Agent({ connections: maxVUs, pipelining: 1, connect: { timeout: connectMs } });
  return {
    lend: () => ({ dispatcher: agent, number: () => undefined, giveBack: () => undefined }),
    destroy: () => agent.destroy(),
  };
}

/**
 * One kept-alive connection for each VU, who take turns: so each connection carries its share of the requests, and the share of connections on
 * a Pod is the share of requests that go there. A connection that broke, or was given up after a time-out, is opened anew, and has a new
 * number.
 */
export function connectionForEachVU(origin: string, maxVUs: number, connectMs: number): Connections {
  let opened = 0;
  const idle = Array.from({ length: maxVUs }, () => {
    const client = new Client(origin, { pipelining: 1, connect: { timeout: connectMs } });
    const vu = { client, connection: 0, open: false };
    client.on('connect', () => {
      opened += 1;
      vu.connection = opened;
      vu.open = true;
    });
    client.on('disconnect', () => {
      vu.open = false;
    });
    return vu;
  });
  const all = [...idle];
  return {
    lend: () => {
      const vu = idle.shift();
      if (!vu) throw new Error('all VUs wait for answers');
      const { connection: former, open } = vu;
      return {
        dispatcher: vu.client,
        // A time-out has closed it by now, but it went on it; one that was closed before counts no more.
        number: () => (vu.connection !== former || open ? vu.connection : undefined),
        giveBack: () => void idle.push(vu),
      };
    },
    destroy: async () => void (await Promise.all(all.map(({ client }) => client.destroy()))),
  };
}
