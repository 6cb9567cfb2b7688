import type { Sample } from '../engine/experiment.ts';
import type { FromLoader, ToLoader } from './loader-messages.ts';
import { OpenLoader } from './open-loader.ts';

/**
 * Main of the loader process: a process of its own, so that what the engine does does not make requests late. It ends with its parent, when
 * it is told to, or when its time is over, whichever comes first.
 */
const flushMs = 100;
let loader: OpenLoader | undefined;
let gathered: Sample[] = [];
let stopping = false;

const tell = (message: FromLoader): Promise<void> =>
  new Promise((resolve) => {
    if (!process.connected) return resolve();
    process.send?.(message, undefined, undefined, () => resolve());
  });

async function flush(): Promise<void> {
  if (gathered.length === 0) return;
  const samples = gathered;
  gathered = [];
  await tell({ type: 'samples', samples });
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await loader?.stop();
  await flush();
  await tell({ type: 'ended', dropped: loader?.dropped ?? 0 });
  process.exit(0);
}

process.on('disconnect', () => process.exit(0));
// Ctrl-C in a terminal reaches the whole group: the engine decides when the load ends.
process.on('SIGINT', () => undefined);
process.on('message', (message: ToLoader) => {
  if (message.type === 'stop') return void stop();
  loader = new OpenLoader(message.task, (sample) => gathered.push(sample));
  setInterval(() => void flush(), flushMs);
  setTimeout(() => void stop(), message.task.maxDurationMs);
  loader.start();
  void tell({ type: 'started' });
});
