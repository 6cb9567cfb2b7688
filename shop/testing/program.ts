import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** For tests: a process of the build. */
export interface Program {
  pid: number;
  /** What it wrote so far, on stdout and stderr. */
  log(): string;
  kill(signal: NodeJS.Signals): void;
  /** Sends SIGTERM, or another signal, and waits for its end. */
  end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
}

/** Starts a file of dist/ with these variables beside the test's own. */
export function startProgram(entry: string, env: Record<string, string>): Program {
  const child = spawn(process.execPath, [join(process.cwd(), 'dist', entry)], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      log += chunk;
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  return {
    pid: child.pid ?? 0,
    log: () => log,
    kill: (signal) => void child.kill(signal),
    ended,
    end: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}
