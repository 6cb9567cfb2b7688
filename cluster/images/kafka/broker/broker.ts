import { mkdirSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { BrokerState } from './broker-state.ts';
import { Connection } from './connection.ts';

export interface BrokerOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  /** Folder of the logs; made where it is absent, continued where it is there. One broker at a time. */
  dataDir: string;
  /** What clients are told to come back to, where it differs from host and port. */
  advertisedHost?: string;
  advertisedPort?: number;
  /** Whether asking for a topic makes it, as Kafka does by default. */
  autoCreateTopics?: boolean;
  defaultPartitions?: number;
  /** How long an empty group waits for more members (group.initial.rebalance.delay.ms). */
  initialRebalanceDelayMs?: number;
  log?: (line: string) => void;
}

export interface Broker extends AsyncDisposable {
  /** host:port that it listens on. */
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * A Kafka broker for one machine: the wire protocol over TCP, logs on disk, consumer groups. For labs and tests: one replica, no
 * transactions, no security. Rejects with the system's error where the port is taken or the folder cannot be written.
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { host, dataDir, autoCreateTopics = true, defaultPartitions = 1, initialRebalanceDelayMs = 0, log = () => undefined } = options;
  mkdirSync(dataDir, { recursive: true });
  const state = new BrokerState({ dataDir, autoCreateTopics, defaultPartitions, initialRebalanceDelayMs });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    new Connection(socket, state, log);
  });
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port, host, resolve));
  } catch (error) {
    state.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  state.advertised = { host: options.advertisedHost ?? host, port: options.advertisedPort ?? port };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => {
        state.close();
        resolve();
      });
    });
    return stopping;
  };
  return { address: `${host}:${port}`, stop, [Symbol.asyncDispose]: stop };
}
