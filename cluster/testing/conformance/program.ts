/**
 * What the containers of the stories run, by `node -e`: a server on 8080 whose ways come from its environment, so that nobody has to reach
 * into a Pod. As process 1 of a container gets no signal that it does not catch, SIGTERM is always caught.
 */
export const program = `
const started = Date.now();
const after = (name) => process.env[name] !== undefined && Date.now() - started >= Number(process.env[name]);
process.on('SIGTERM', () => { if (process.env.IGNORE_TERM) return; setTimeout(() => process.exit(Number(process.env.TERM_CODE ?? 0)), Number(process.env.TERM_MS ?? 0)); });
if (process.env.EXIT_CODE !== undefined) setTimeout(() => process.exit(Number(process.env.EXIT_CODE)), Number(process.env.EXIT_MS ?? 0));
if (process.env.HANG_MS !== undefined) setTimeout(() => { for (;;); }, Number(process.env.HANG_MS));
if (process.env.GROW_MS !== undefined) setTimeout(() => { const all = []; setInterval(() => { if (all.length < 40) all.push(Buffer.alloc(8 * 1024 * 1024, 1)); }, 20); }, Number(process.env.GROW_MS));
if (process.env.BURN === '1') setInterval(() => { for (const until = Date.now() + 50; Date.now() < until;); }, 60);
const server = require('node:http').createServer((request, response) => {
  response.statusCode = request.url === '/live' ? (after('LIVE_FAILS_MS') ? 500 : 200) : after('READY_FAILS_MS') ? 503 : 200;
  response.end('hello');
});
setTimeout(() => { if (process.env.NO_PORT !== '1') server.listen(8080); }, Number(process.env.WARMUP_MS ?? 0));
setInterval(() => {}, 1000);
`;
