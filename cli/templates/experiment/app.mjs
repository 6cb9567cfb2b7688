// A service to begin with; put your own in its place (here, in images.yaml and in manifests/base).
import { createServer } from 'node:http';

const readyAt = Date.now() + Number(process.env.WARM_UP_MS ?? 0);
const isReady = () => Date.now() >= readyAt;

const server = createServer((request, response) => {
  response.statusCode = isReady() ? 200 : 503;
  if (stopping) response.setHeader('connection', 'close');
  response.end(`${request.url === '/ready' ? 'ready' : 'hello'}\n`);
});
server.listen(Number(process.env.PORT ?? 8080));

// Requests that are under way are answered, then the process ends.
let stopping = false;
process.on('SIGTERM', () => {
  stopping = true;
  server.close();
});
