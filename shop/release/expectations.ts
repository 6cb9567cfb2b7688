/** What a smoke test asks of a service, and what has to come back: the question of a user, with an answer that is known before. */
export interface Expectation {
  port: number;
  path: string;
  /** What is wrong with an answer; undefined where it is right. */
  wrong(body: unknown): string | undefined;
}

const aList = (body: unknown): string | undefined => (Array.isArray(body) ? undefined : `it is no list: ${JSON.stringify(body)}`);

export const expectations: Record<string, Expectation> = {
  order: { port: 8081, path: '/orders?limit=1', wrong: aList },
  delivery: { port: 8082, path: '/deliveries?limit=1', wrong: aList },
  product: {
    port: 8083,
    path: '/products/1',
    wrong: (body) => ((body as { id?: unknown } | null)?.id === 1 ? undefined : `it is not product 1: ${JSON.stringify(body)}`),
  },
};

/** The expectation for a service; throws for one that has none. */
export function expectationFor(service: string): Expectation {
  const found = expectations[service];
  if (!found) throw new Error(`there is no smoke test for '${service}': ${Object.keys(expectations).join(', ')}`);
  return found;
}
