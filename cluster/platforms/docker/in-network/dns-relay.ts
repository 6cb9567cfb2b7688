import { createSocket, type RemoteInfo } from 'node:dgram';
import { onInputLine } from './input-lines.ts';

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
onInputLine((line) => {
  const [number = '', answer = ''] = line.split(' ');
  const asker = askers.get(Number(number));
  askers.delete(Number(number));
  if (asker) socket.send(Buffer.from(answer, 'base64'), asker.port, asker.address);
});
