import type { Sample } from '../engine/experiment.ts';
import type { FromLoader, ToLoader } from './loader-message.ts';
import { OpenLoader } from './open-loader.ts';

/** Main of the loader process: what the engine is busy with must not make requests late. Ends when its parent does. */
const flushMs = 50;
let loader: OpenLoader | undefined;
let waiting: Sample[] = [];

const send = (message: FromLoader): void => {
  process.send?.(message);
};
const flush = (): void => {
  if (waiting.length === 0) return;
  send({ type: 'samples', samples: waiting });
  waiting = [];
};

async function end(): Promise<void> {
  await loader?.stop();
  flush();
  // The engine disconnects when it has read this: then nothing is lost.
  send({ type: 'ended', droppedBusy: loader?.droppedBusy ?? 0, droppedLate: loader?.droppedLate ?? 0 });
}

let ending = false;
const endOnce = (): void => {
  if (ending) return;
  ending = true;
  void end();
};

process.on('disconnect', () => process.exit(0));
// Ctrl-C goes to the whole group of the terminal; the engine says when to stop.
process.on('SIGINT', () => undefined);
process.on('message', (message: ToLoader) => {
  if (message.type === 'stop') return endOnce();
  const { scenario, origin, elapsedMs, maxDurationMs } = message;
  loader = new OpenLoader({ scenario, origin, onSamples: (samples) => void waiting.push(...samples) }, elapsedMs);
  loader.start();
  setInterval(flush, flushMs).unref();
  setTimeout(endOnce, maxDurationMs).unref();
});
send({ type: 'ready' });
