import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const server = createServer(async (request, response) => {
  if (request.url !== '/ready') await pause(100); // a greeting takes its time
  response.end('hello\n');
});
server.listen(Number(process.env.PORT));

process.once('SIGTERM', () => process.exit(0));
