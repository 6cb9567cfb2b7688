import { setTimeout as pause } from 'node:timers/promises';
import { ask } from './ask.ts';
import { type ListedDelivery, listAll, type Service } from './shop.ts';
import { until } from './until.ts';

/** For tests: places so many orders, a few at a time, and answers the ids of those that were accepted. Throws where one is not. */
export async function placeOrders(count: number, ...services: Service[]): Promise<string[]> {
  const ids: string[] = [];
  let left = count;
  const one = async (lane: number): Promise<void> => {
    while (left-- > 0) {
      const service = services[lane % services.length] as Service;
      const { status, body } = await ask('POST', `${service.url}/orders`, { productId: 1, quantity: 1 });
      if (status !== 201) throw new Error(`an order was answered ${status}: ${JSON.stringify(body)}`);
      ids.push(body.id);
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, lane) => one(lane)));
  return ids;
}

export interface SteadyLoad {
  /** Ids of accepted orders so far. */
  accepted: string[];
  /** Every other answer, by its status, or the code of the error. */
  refused: Map<string, number>;
  stop(): Promise<void>;
}

const running: SteadyLoad[] = [];
/** For an afterEach: a test that failed did not stop its own. */
export async function stopLoads(): Promise<void> {
  for (const load of running.splice(0)) await load.stop();
}

/** For tests: places orders one after another in four lanes, whatever is answered, until stopped. */
export function startLoad(url: () => string): SteadyLoad {
  const accepted: string[] = [];
  const refused = new Map<string, number>();
  let going = true;
  const lane = async (): Promise<void> => {
    while (going) {
      const refusal = await ask('POST', `${url()}/orders`, { productId: 1, quantity: 1 }).then(
        ({ status, body }) => (status === 201 ? void accepted.push(body.id) : String(status)),
        (error: Error) => (error.cause as { code?: string } | undefined)?.code ?? error.message,
      );
      if (refusal !== undefined) refused.set(refusal, (refused.get(refusal) ?? 0) + 1);
      await pause(5);
    }
  };
  const lanes = Promise.all([lane(), lane(), lane(), lane()]);
  const load: SteadyLoad = {
    accepted,
    refused,
    stop: async () => {
      going = false;
      await lanes;
    },
  };
  running.push(load);
  return load;
}

/** Waits until each of these orders has a delivery. Answers how many deliveries each has, and those of nobody. */
export async function deliveriesOf(ids: string[], delivery: Service): Promise<{ counts: Map<string, number>; strangers: string[] }> {
  return await until(
    `${ids.length} orders to be delivered`,
    async () => {
      const counts = new Map(ids.map((id) => [id, 0]));
      const strangers: string[] = [];
      for (const { orderId } of await listAll<ListedDelivery>(`${delivery.url}/deliveries`)) {
        const seen = counts.get(orderId);
        if (seen === undefined) strangers.push(orderId);
        else counts.set(orderId, seen + 1);
      }
      const missing = [...counts.values()].filter((count) => count === 0).length;
      if (missing > 0) throw new Error(`${missing} of ${ids.length} have none`);
      return { counts, strangers };
    },
    200,
  );
}

/** The ids that do not have exactly one delivery. */
export const notOnce = (counts: Map<string, number>): string[] => [...counts].filter(([, count]) => count !== 1).map(([id]) => id);
