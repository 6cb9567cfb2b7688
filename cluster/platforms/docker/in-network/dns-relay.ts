import { createSocket, type RemoteInfo } from 'node:dgram';
import { createInterface } from 'node:readline';

/**
 * Runs in a container of the lab's network, by the text of its bundle: takes DNS questions and hands each to the cluster process, a line on
 * stdout (number and message in base64); answers come back as lines on stdin. Ends with stdin.
 */
const socket = createSocket('udp4');
const askers = new Map<number, RemoteInfo>();
let last = 0;
const mostWaiting = 10_000;

socket.on('message', (message, from) => {
  last = (last + 1) % mostWaiting;
  askers.set(last, from);
  process.stdout.write(`${last} ${message.toString('base64')}\n`);
});
socket.bind(53, () => process.stdout.write('ready\n'));
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [number = '', answer = ''] = line.split(' ');
  const asker = askers.get(Number(number));
  askers.delete(Number(number));
  if (asker) socket.send(Buffer.from(answer, 'base64'), asker.port, asker.address);
});
lines.on('close', () => process.exit(0));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
