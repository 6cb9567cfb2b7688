import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromLimiter, Limits, ToLimiter } from './limiter-message.ts';

/** So long it may take to start, or to end; longer, and something is wrong with this machine. */
const PATIENCE_MS = 20_000;

/** A container that is held to its limits. */
export interface Limited {
  /** A command that runs in the container counts with it. */
  join(member: number): void;
  release(): void;
}

/** The kubelet's end of the limiter process, which is started with the first container that has a limit, and anew should it die. */
export class Limiter {
  private readonly log: (line: string) => void;
  private readonly limited = new Map<number, { mark: string; limits: Limits; onOutOfMemory: (usedBytes: number) => void }>();
  private starting: Promise<ChildProcess> | undefined;
  private isClosed = false;

  constructor(log: (line: string) => void) {
    this.log = log;
  }

  /** Resolves when a container that starts now is limited from its first moment. */
  async ready(): Promise<void> {
    await this.process();
  }

  /** Holds a container to its limits until it is released. One that is out of memory is stopped, and the kubelet has to end it. */
  limit(pid: number, mark: string, limits: Limits, onOutOfMemory: (usedBytes: number) => void): Limited {
    this.limited.set(pid, { mark, limits, onOutOfMemory });
    this.tell({ type: 'limit', pid, mark, limits });
    return {
      join: (member) => this.tell({ type: 'join', pid, member }),
      release: () => {
        if (this.limited.delete(pid)) this.tell({ type: 'release', pid });
      },
    };
  }

  /** Ends the limiter process; nothing is limited any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    const child = await this.starting?.catch(() => undefined); // it never came up: there is nothing to end
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    await gone;
    clearTimeout(timer);
  }

  private tell(message: ToLimiter): void {
    this.process()
      .then((child) => child.connected && child.send(message))
      .catch((error: Error) => this.log(`limits are not held: ${error.message}`));
  }

  private process(): Promise<ChildProcess> {
    this.starting ??= this.start().catch((error: Error) => {
      this.starting = undefined;
      throw error;
    });
    return this.starting;
  }

  private async start(): Promise<ChildProcess> {
    const child = fork(limiterMain(), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    try {
      await Promise.race([
        once(child, 'message'),
        once(child, 'exit').then(() => Promise.reject(new Error('the limiter ended at its start'))),
      ]);
    } finally {
      clearTimeout(timer);
    }
    child.on('message', (message: FromLimiter) => {
      if (message.type === 'out-of-memory') this.limited.get(message.pid)?.onOutOfMemory(message.usedBytes);
    });
    child.once('exit', (code, signal) => this.ended(String(signal ?? code)));
    // What it does is not a reason to stay.
    child.unref();
    child.channel?.unref();
    return child;
  }

  /** Another one takes over; it continues what the one before may have left stopped. */
  private ended(how: string): void {
    this.starting = undefined;
    if (this.isClosed || this.limited.size === 0) return;
    this.log(`the limiter ended (${how}); another one takes over`);
    for (const [pid, { mark, limits }] of this.limited) this.tell({ type: 'limit', pid, mark, limits });
  }
}

/** Tests run from the sources; what is started is the build. */
const limiterMain = (): string =>
  fileURLToPath(new URL('limiter-process.js', import.meta.url)).replace(
    /^(.*?)(\/dist)?\/cluster\/kubelet\/runtimes\//,
    '$1/dist/cluster/kubelet/runtimes/',
  );
