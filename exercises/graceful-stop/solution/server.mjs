import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

let stopping = false;

const server = createServer(async (request, response) => {
  if (request.url !== '/ready') await pause(100); // a greeting takes its time
  // Whoever keeps a connection open asks another Pod next time.
  if (stopping) response.setHeader('connection', 'close');
  response.end('hello\n');
});
server.listen(Number(process.env.PORT));

process.once('SIGTERM', async () => {
  stopping = true;
  // Proxies still send requests until they have seen that this Pod is leaving.
  await pause(1500);
  // What is in flight is answered; then nothing keeps the process.
  server.close();
});
