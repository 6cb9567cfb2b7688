import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Main of a server to measure load generators against, in a process of its own. It says its address on stdout, and answers at `/` at once, at
 * `/delay` after 50 ms, and at `/stall` at once but for two seconds in every ten, in which it answers nothing.
 */
const delayMs = 50;
const stall = { everyMs: 10_000, forMs: 2000 };
const startedMs = performance.now();
const body = Buffer.from('{"id":1,"status":"ok"}');
const headers = { 'content-type': 'application/json', 'content-length': body.length };

createServer((incoming, response) => {
  const answer = () => response.writeHead(200, headers).end(body);
  if (incoming.url === '/delay') setTimeout(answer, delayMs);
  else if (incoming.url === '/stall') {
    const within = (performance.now() - startedMs) % stall.everyMs;
    const stalledMs = within - (stall.everyMs - stall.forMs);
    if (stalledMs > 0) setTimeout(answer, stall.forMs - stalledMs);
    else answer();
  } else answer();
}).listen(0, '127.0.0.1', function (this: { address(): AddressInfo | string | null }) {
  process.stdout.write(`http://127.0.0.1:${(this.address() as AddressInfo).port}\n`);
});
process.on('disconnect', () => process.exit(0));
