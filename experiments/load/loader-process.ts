import { createInterface } from 'node:readline';
import type { Sample } from '../engine/experiment.ts';
import { ClosedLoader } from './closed-loader.ts';
import { LoadTally } from './load-tally.ts';
import type { Loader } from './loader.ts';
import type { FromLoader, ShownExchange, ToLoader } from './loader-message.ts';
import { OpenLoader } from './open-loader.ts';
import { utilizationOf } from './saturation.ts';

/**
 * Main of the load generator, a process of its own so that what its starter is busy with does not make requests late. It speaks by IPC with its
 * parent, or by lines of JSON over stdin and stdout in a Pod, and ends with whom it speaks with.
 */
const flushSamplesMs = 50;
const flushTallyMs = 500;
let loader: Loader | undefined;
let utilization = performance.eventLoopUtilization();
let flush = (): void => undefined;

const send = (message: FromLoader): void => {
  if (process.send) process.send(message);
  else process.stdout.write(`${JSON.stringify(message)}\n`);
};

async function end(): Promise<void> {
  await loader?.stop();
  flush();
  const { droppedBusy = 0, droppedLate = 0 } = loader ?? {};
  // Its starter lets go when it has read this: then nothing is lost.
  send({ type: 'ended', droppedBusy, droppedLate, utilization: utilizationOf(performance.eventLoopUtilization(utilization)) });
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

function start({ type: _, maxDurationMs, tells, ...options }: Extract<ToLoader, { type: 'start' }>): void {
  const onSample = tells.each ? tellEach() : tellCounted(tells);
  const Kind = options.scenario.executor.endsWith('-vus') ? ClosedLoader : OpenLoader;
  loader = new Kind({ ...options, keepsBodies: tells.each, onSample });
  utilization = performance.eventLoopUtilization();
  loader.start();
  void loader.finished.then(endOnce);
  setTimeout(endOnce, maxDurationMs).unref();
}

function tellEach(): (sample: Sample) => void {
  let waiting: Sample[] = [];
  flush = () => {
    if (waiting.length === 0) return;
    send({ type: 'samples', samples: waiting });
    waiting = [];
  };
  setInterval(flush, flushSamplesMs).unref();
  return (sample) => void waiting.push(sample);
}

function tellCounted({ warmUpMs, shows }: { warmUpMs: number; shows: boolean }): (sample: Sample, bytes: number) => void {
  let tally = new LoadTally();
  let exchanges: ShownExchange[] = [];
  flush = () => {
    if (exchanges.length > 0) send({ type: 'exchanges', exchanges });
    send({ type: 'tally', tally: tally.plain(), inFlight: loader?.inFlight ?? 0 });
    tally = new LoadTally();
    exchanges = [];
  };
  setInterval(flush, flushTallyMs).unref();
  return (sample, bytes) => {
    const { dueMs, status, error, latencyMs } = sample;
    if (shows) exchanges.push({ status, error, latencyMs, bytes });
    if (dueMs >= warmUpMs) tally.add({ ...sample, dueMs: dueMs - warmUpMs }, bytes);
  };
}

const leave = (): void => process.exit(0);
if (process.send) process.on('disconnect', leave).on('message', take);
else
  createInterface({ input: process.stdin })
    .on('line', (line) => take(JSON.parse(line) as ToLoader))
    .on('close', leave);
// Ctrl-C goes to the whole group of the terminal; its starter says when to stop.
process.on('SIGINT', () => undefined);
send({ type: 'ready' });
