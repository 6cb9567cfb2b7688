/** First of the node ports that answer on 127.0.0.1. */
const firstNodePort = 30_081;

/** Gives each port of 127.0.0.1 a node port. */
export const assignNodePorts = (localhostPorts: readonly number[]): Record<number, number> =>
  Object.fromEntries([...new Set(localhostPorts)].sort((a, b) => a - b).map((port, index) => [port, firstNodePort + index]));
