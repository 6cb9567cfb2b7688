import { fork } from 'node:child_process';
import { bundledProgram } from '../engine/bundled-program.ts';
import { keepLast, type LoaderChannel } from './loader-channel.ts';
import type { FromLoader } from './loader-message.ts';

/** A load generator that is a child of this process. */
export async function openProcess(take: (message: FromLoader) => void): Promise<LoaderChannel> {
  const child = fork(bundledProgram('loader-process'), [], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = keepLast(complaint + text);
  });
  child.on('message', take);
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const gone = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  return {
    send: (message) => {
      if (child.connected) child.send(message);
    },
    gone,
    get isGone() {
      return isGone();
    },
    get complaint() {
      return complaint;
    },
    letGo: () => child.disconnect(),
    kill: () => {
      if (!isGone()) child.kill('SIGKILL');
    },
  };
}
