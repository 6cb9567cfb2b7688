import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ports that outgoing connections take, and apart from those of jest's other workers.
let next = 12_000 + (process.pid % 200) * 90;

/** For tests: a port that nobody listens on, on any address. */
export async function freePort(): Promise<number> {
  for (;;) {
    next += 1;
    const port = next; // others ask meanwhile
    const server = createServer().listen(port);
    const free = await Promise.race([once(server, 'listening').then(() => true), once(server, 'error').then(() => false)]);
    server.close();
    if (free) return port;
  }
}
