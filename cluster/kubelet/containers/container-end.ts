import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { readLog } from '../logs/read-log.ts';
import type { ContainerRecord, Instance } from './container-record.ts';
import type { PodContext } from './pod-context.ts';

const LONGEST_MESSAGE = 4096;
const LONGEST_FROM_LOG = 2048;
const LINES_FROM_LOG = 80;

/** Notes how the instance ended, and wakes the Pod's worker. */
export function awaitEnd(instance: Instance, record: ContainerRecord, context: PodContext): void {
  instance.whenEnded = instance.running?.exited.then(async ({ exitCode, atMs, outOfMemory }) => {
    instance.log.end();
    const { containerID, startedAtMs } = instance;
    const message = await lastWords(instance, record, exitCode);
    const reason = outOfMemory ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error';
    instance.ended = { containerID, exitCode, reason, ...(message && { message }), startedAtMs, finishedAtMs: Math.max(atMs, startedAtMs) };
    context.wake();
  });
}

/** Notes that the instance's program could not be run: as if it had ended with 128, as containerd says it. */
export function failedToRun(instance: Instance, message: string, nowMs: number): void {
  instance.log.end();
  const { containerID } = instance;
  instance.ended = { containerID, exitCode: 128, reason: 'StartError', message, startedAtMs: 0, finishedAtMs: nowMs };
}

/** The termination message: from its file, or where the manifest says so and it failed, the end of its log. */
async function lastWords(instance: Instance, { spec }: ContainerRecord, exitCode: number): Promise<string> {
  const { terminationLog } = instance;
  const written = existsSync(terminationLog) ? readFileSync(terminationLog).subarray(0, LONGEST_MESSAGE).toString() : '';
  if (written || exitCode === 0 || spec.terminationMessagePolicy !== 'FallbackToLogsOnError') return written;
  const log = readLog(instance.log, { follow: false, timestamps: false, tailLines: LINES_FROM_LOG }, AbortSignal.timeout(1000));
  return (await text(Readable.from(log))).slice(-LONGEST_FROM_LOG);
}
