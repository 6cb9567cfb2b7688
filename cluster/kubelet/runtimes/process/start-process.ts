import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { ContainerExit, ExecStreams, RunningContainer, StartRequest } from '../runtime.ts';
import type { Limited, Limiter } from './limits/limiter.ts';
import { containerMark } from './process-environment.ts';
import type { ProcessRecords } from './process-records.ts';
import { markedWith, membersOf, readProcesses, recentProcesses, usageOf } from './process-table.ts';
import { resolveProgram, spawnProblem } from './program.ts';

/** How long the output of what has ended may stay open with nothing to read. */
const OUTPUT_ENDS_MS = 1000;
/** How long what was sent SIGKILL may take to be gone: a write to a slow disk is finished first. */
const GONE_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 5;

/** In the environment of what is run by exec. */
const mainPidVariable = 'SHOPLAB_MAIN_PID';

/** Starts a container's main process in a session of its own, held to the limits of the request by the limiter. Rejects where it cannot be run. */
export async function startProcess(
  command: string[],
  options: SpawnOptions,
  request: StartRequest,
  records: ProcessRecords,
  limiter?: Limiter,
): Promise<RunningContainer> {
  const child = await spawned(command, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const pid = child.pid ?? 0;
  const execs = new Set<ChildProcess>();
  child.stdout?.on('data', (chunk: Buffer) => request.log.write('stdout', chunk));
  child.stderr?.on('data', (chunk: Buffer) => request.log.write('stderr', chunk));
  records.add(pid, request.podUid, request.name);

  let gone = false;
  let outOfMemory = false;
  const limited: Limited | undefined = limiter?.limit(pid, containerMark(request.id), request.limits ?? {}, () => {
    if (gone) return;
    outOfMemory = true;
    killAll(pid, request);
  });
  const closed = once(child, 'close');
  const exited = once(child, 'exit').then(async ([code, signal]): Promise<ContainerExit> => {
    const atMs = Date.now();
    // As the end of a container's first process ends all others of it.
    gone = true;
    limited?.release();
    await endAll(pid, request);
    for (const exec of execs) signalGroup(exec, 'SIGKILL');
    await closeWithin(child, closed);
    records.remove(pid);
    return { exitCode: exitCode(code, signal), atMs, ...(outOfMemory && { outOfMemory }) };
  });

  return {
    exited,
    terminate: () => void child.kill('SIGTERM'),
    kill: () => {
      if (!gone) killAll(pid, request);
    },
    exec: async (words, streams, signal) => {
      signal.throwIfAborted();
      if (gone) throw new Error(`container ${request.name} is not running`);
      // In a container the main process is number 1; here it has to be told.
      const env = { ...options.env, [mainPidVariable]: String(pid) };
      const exec = await spawned(words, { ...options, env, stdio: [streams.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
      execs.add(exec);
      if (exec.pid) limited?.join(exec.pid);
      return runExec(exec, streams, signal).finally(() => execs.delete(exec));
    },
    usage: () => (gone ? undefined : usageOf(membersOf(pid, recentProcesses()))),
  };
}

/** The child once it runs. */
async function spawned(command: string[], options: SpawnOptions): Promise<ChildProcess> {
  const [program, ...args] = resolveProgram(command);
  const child = spawn(program, args, { ...options, detached: true, windowsHide: true });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw spawnProblem(command, error as NodeJS.ErrnoException);
  }
  return child;
}

const exitCode = (code: number | null, signal: NodeJS.Signals | null): number => code ?? 128 + (signal ? constants.signals[signal] : 0);

/**
 * Kills what a container's main process left, until nothing of it is there: what was being forked during one look is found by the next, and
 * what is dying may still be writing into a volume.
 */
async function endAll(pid: number, request: StartRequest): Promise<void> {
  for (const untilMs = performance.now() + GONE_WITHIN_MS; ; await pause(LOOK_EVERY_MS)) {
    const left = killAll(pid, request);
    if (left.length === 0) return;
    if (performance.now() < untilMs) continue;
    const complaint = `shoplab: not gone ${GONE_WITHIN_MS / 1000} s after SIGKILL: process ${left.join(', ')}\n`;
    return request.log.write('stderr', Buffer.from(complaint));
  }
}

/** Sends SIGKILL to a container's processes. Answers those that were still there, with what went wrong. */
function killAll(pid: number, { id }: StartRequest): string[] {
  const processes = readProcesses().filter(({ state }) => state !== 'Z' && state !== 'X');
  // All are found before any is ended: what loses its parent could not be found by it.
  const found = new Set([...membersOf(pid, processes), ...markedWith(containerMark(id), processes)].map((entry) => entry.pid));
  send(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  return [...found].map((target) => [target, send(target, 'SIGKILL')].filter(Boolean).join(': '));
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid && child.exitCode === null && child.signalCode === null)
    send(process.platform === 'win32' ? child.pid : -child.pid, signal);
}

/** Answers why it could not be sent; a process that is gone is none. */
function send(target: number, signal: NodeJS.Signals): string | undefined {
  try {
    process.kill(target, signal);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ESRCH' ? undefined : message;
  }
}

/** Until all output is read. What left the session in time and still holds it open is not waited for longer than this. */
async function closeWithin({ stdout, stderr }: ChildProcess, closed: Promise<unknown>): Promise<void> {
  const streams = [stdout, stderr].flatMap((stream) => (stream ? [stream as Socket] : []));
  const read = (): number => streams.reduce((sum, stream) => sum + stream.bytesRead, 0);
  const timer = setInterval(() => {
    const before = read();
    // On a busy machine the timer may be due before what is in the pipes was looked at: after a turn of the event loop it has been.
    setImmediate(() =>
      setImmediate(() => {
        // What is left to read is only waiting for a slow reader.
        if (read() !== before || streams.some((stream) => stream.readableLength > 0)) return;
        for (const stream of streams) stream.destroy();
      }),
    );
  }, OUTPUT_ENDS_MS);
  await closed;
  clearInterval(timer);
}

async function runExec(child: ChildProcess, streams: ExecStreams, signal: AbortSignal): Promise<number> {
  const abort = () => signalGroup(child, 'SIGKILL');
  signal.addEventListener('abort', abort, { once: true });
  if (child.stdin) {
    // A command that does not read its input is none of our errors.
    child.stdin.on('error', () => streams.stdin?.unpipe());
    streams.stdin?.pipe(child.stdin);
  }
  for (const [from, to] of [
    [child.stdout, streams.stdout],
    [child.stderr, streams.stderr],
  ] as const)
    if (to) from?.pipe(to, { end: false });
    else from?.resume();
  try {
    const closed = once(child, 'close');
    const [code, ended] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    await closeWithin(child, closed);
    signal.throwIfAborted();
    return exitCode(code, ended);
  } finally {
    signal.removeEventListener('abort', abort);
    streams.stdin?.unpipe();
  }
}
