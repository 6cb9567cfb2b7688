import { createInterface } from 'node:readline';
import type { Sample } from '../engine/experiment.ts';
import type { FromLoader, ToLoader } from './loader-message.ts';
import { OpenLoader } from './open-loader.ts';

/**
 * Main of the load generator, a process of its own so that what the engine is busy with does not make requests late. It speaks by IPC with its
 * parent, or by lines of JSON over stdin and stdout in a Pod, and ends with whom it speaks with.
 */
const flushMs = 50;
let loader: OpenLoader | undefined;
let waiting: Sample[] = [];

const send = (message: FromLoader): void => {
  if (process.send) process.send(message);
  else process.stdout.write(`${JSON.stringify(message)}\n`);
};
const flush = (): void => {
  if (waiting.length === 0) return;
  send({ type: 'samples', samples: waiting });
  waiting = [];
};

async function end(): Promise<void> {
  await loader?.stop();
  flush();
  // The engine lets go when it has read this: then nothing is lost.
  send({ type: 'ended', droppedBusy: loader?.droppedBusy ?? 0, droppedLate: loader?.droppedLate ?? 0 });
}

let ending = false;
const endOnce = (): void => {
  if (ending) return;
  ending = true;
  void end();
};

function take(message: ToLoader): void {
  if (message.type === 'stop') endOnce();
  else if (message.type === 'ping') send({ type: 'pong' });
  else start(message);
}

function start({ scenario, origin, elapsedMs, maxDurationMs }: Extract<ToLoader, { type: 'start' }>): void {
  loader = new OpenLoader({ scenario, origin, onSamples: (samples) => void waiting.push(...samples) }, elapsedMs);
  loader.start();
  setInterval(flush, flushMs).unref();
  setTimeout(endOnce, maxDurationMs).unref();
}

const leave = (): void => process.exit(0);
if (process.send) process.on('disconnect', leave).on('message', take);
else
  createInterface({ input: process.stdin })
    .on('line', (line) => take(JSON.parse(line) as ToLoader))
    .on('close', leave);
// Ctrl-C goes to the whole group of the terminal; the engine says when to stop.
process.on('SIGINT', () => undefined);
send({ type: 'ready' });
