/** When the requests of a constant rate are due: evenly, the first at once. Milliseconds since the load's start. */
export const dueAt = (index: number, rate: number): number => (index * 1000) / rate;

/** How many requests are due by now, whatever has been sent: an open model does not wait for answers. */
export const dueBy = (elapsedMs: number, rate: number): number => (elapsedMs < 0 ? 0 : Math.floor((elapsedMs * rate) / 1000 + 1e-9) + 1);
