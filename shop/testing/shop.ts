import { ask } from './ask.ts';
import { Broker } from './broker.ts';
import { freePort } from './free-port.ts';
import type { Postgres } from './postgres.ts';
import { type Program, startProgram } from './program.ts';
import { until } from './until.ts';

export type ServiceName = 'order' | 'delivery' | 'product';
export interface Service extends Program {
  url: string;
  chaosUrl: string;
}

export interface ListedOrder {
  id: string;
  seq: number;
  status: string;
  quantity: number;
  delivery: { id?: string; status: string };
}
export interface ListedDelivery {
  id: string;
  seq: number;
  orderId: string;
  status: string;
}

/** For tests: one shop, with a broker of its own and a database for each service. Its services are real processes, gone after `stop`. */
export class Shop {
  readonly broker: Broker;
  readonly postgres: Postgres;
  readonly databases: Record<ServiceName, string>;
  private readonly env: Record<string, string>;
  private readonly running: Program[] = [];

  private constructor(postgres: Postgres, broker: Broker, databases: Record<ServiceName, string>, env: Record<string, string>) {
    this.postgres = postgres;
    this.broker = broker;
    this.databases = databases;
    this.env = env;
  }

  /** `env`: what all of its services get. */
  static async make(postgres: Postgres, env: Record<string, string> = {}, broker?: Broker): Promise<Shop> {
    const [order, delivery, product] = [await postgres.newDatabase(), await postgres.newDatabase(), await postgres.newDatabase()];
    return new Shop(postgres, broker ?? (await Broker.start()), { order, delivery, product }, env);
  }

  /** Starts a service, and does not wait for it. */
  async launch(name: ServiceName, env: Record<string, string> = {}): Promise<Service> {
    const [port, chaosPort] = [await freePort(), await freePort()].map(String) as [string, string];
    const program = startProgram(`bundles/${name}/main.mjs`, {
      PORT: port,
      CHAOS_PORT: chaosPort,
      DATABASE_URL: this.postgres.url(this.databases[name]),
      KAFKA_BROKERS: this.broker.address,
      DELIVERY_URL: 'http://127.0.0.1:9',
      SHUTDOWN_DELAY_MS: '0',
      ...this.env,
      ...env,
    });
    this.running.push(program);
    return { ...program, url: `http://127.0.0.1:${env.PORT ?? port}`, chaosUrl: `http://127.0.0.1:${chaosPort}` };
  }

  /** Starts a service, and waits until it is ready. */
  async start(name: ServiceName, env: Record<string, string> = {}): Promise<Service> {
    const service = await this.launch(name, env);
    await untilReady(service);
    return service;
  }

  async stop(): Promise<void> {
    for (const program of this.running) await program.end('SIGKILL');
    await this.broker.stop();
  }
}

export async function untilReady(service: Service): Promise<void> {
  await until(`${service.url} to be ready`, async () => {
    const { status, body } = await ask('GET', `${service.url}/health/ready`).catch((cause: Error) => {
      throw new Error(service.log(), { cause });
    });
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    return true;
  });
}

/** Until a service says on its health page that it is a member of its consumer group. */
export async function untilConsuming(service: Service): Promise<void> {
  await until(`${service.url} to consume`, async () =>
    (await ask('GET', `${service.url}/health/ready`)).body.components.consumer === 'UP' ? true : undefined,
  );
}

/** Walks through a whole list by its pages. */
export async function listAll<T extends { seq: number }>(url: string, limit = 1000): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const { status, body } = await ask<T[]>('GET', `${url}?limit=${limit}&after=${all.at(-1)?.seq ?? 0}`);
    if (status !== 200) throw new Error(`${url}: ${status} ${JSON.stringify(body)}`);
    all.push(...body);
    if (body.length < limit) return all;
  }
}

/** The value of a series on /metrics; NaN where there is none. `labels` as text that its braces must hold. */
export async function metric(service: Service, name: string, ...labels: string[]): Promise<number> {
  const { body } = await ask<string>('GET', `${service.url}/metrics`);
  const line = body.split('\n').find((one) => one.startsWith(`${name}{`) && labels.every((label) => one.includes(label)));
  return Number(line?.split(' ').at(-1) ?? Number.NaN);
}
