const firstMs = 1000;
const longestMs = 10_000;

/** How long a Pod waits after its n-th failed attempt, n from 1, before another one: 1 s, doubled up to 10 s (scheduler/backend/queue). */
export const retryBackOffMs = (attempts: number): number => Math.min(longestMs, firstMs * 2 ** (attempts - 1));
