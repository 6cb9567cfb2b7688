import type { Lab } from '../engine/experiment.ts';

/** The shop's ports, as its manifests have them. */
export const ports = { order: 8081, delivery: 8082, product: 8083 } as const;

export interface Order {
  id: string;
  seq: number;
  productId: number;
  quantity: number;
  status: string;
}
export interface Delivery {
  id: string;
  seq: number;
  orderId: string;
  status: string;
}
export interface Product {
  id: number;
  stock: number;
}

const pageSize = 5000;

/** Everything of a list behind `after`, page by page, oldest first. */
async function walk<T extends { seq: number }>(lab: Lab, service: 'order' | 'delivery', path: string, after = 0): Promise<T[]> {
  const all: T[] = [];
  for (let last = after; ; ) {
    const { status, body } = await lab.http(service, ports[service], 'GET', `${path}?limit=${pageSize}&after=${last}`);
    if (status !== 200) throw new Error(`GET ${service}${path} answers ${status}`);
    const page = body as T[];
    all.push(...page);
    if (page.length < pageSize) return all;
    last = page.at(-1)?.seq ?? last;
  }
}

export const allOrders = (lab: Lab): Promise<Order[]> => walk(lab, 'order', '/orders');
export const deliveriesAfter = (lab: Lab, seq: number): Promise<Delivery[]> => walk(lab, 'delivery', '/deliveries', seq);
export const allDeliveries = (lab: Lab): Promise<Delivery[]> => deliveriesAfter(lab, 0);

export async function allProducts(lab: Lab): Promise<Product[]> {
  const { body } = await lab.http('product', ports.product, 'GET', '/products');
  return body as Product[];
}

/** Ids of the orders that the load placed and that were answered with 201. */
export const acceptedIds = (lab: Lab): string[] =>
  lab.samples().flatMap(({ status, body }) => (status === 201 && body ? [(body as Order).id] : []));
