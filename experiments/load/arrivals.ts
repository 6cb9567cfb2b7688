/** When the n-th request of a constant arrival rate is due, in milliseconds after the first. */
export const dueAfterMs = (n: number, rate: number): number => (n * 1000) / rate;

/** How many requests are due by then, the first one at 0. */
export const dueBy = (elapsedMs: number, rate: number): number => (elapsedMs < 0 ? 0 : Math.floor((elapsedMs * rate) / 1000) + 1);
