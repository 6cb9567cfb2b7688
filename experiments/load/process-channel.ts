import { fork } from 'node:child_process';
import { bundledProgram } from '../engine/bundled-program.ts';
import { keepComplaint } from '../engine/keep-complaint.ts';
import type { LoaderChannel } from './loader-channel.ts';
import type { FromLoader } from './loader-message.ts';

/** A load generator that is a child of this process. */
export async function openProcess(take: (message: FromLoader) => void): Promise<LoaderChannel> {
  const child = fork(bundledProgram('loader-process'), [], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const complaint = keepComplaint(child.stderr);
  child.on('message', take);
  const gone = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  return {
    send: (message) => {
      if (child.connected) child.send(message);
    },
    gone,
    complaint,
    letGo: () => child.disconnect(),
    kill: () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    },
  };
}
