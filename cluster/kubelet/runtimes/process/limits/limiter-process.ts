import { containerVariable } from '../process-environment.ts';
import { ContainerMarks } from './container-marks.ts';
import { LimitedContainer } from './limited-container.ts';
import type { FromLimiter, ToLimiter } from './limiter-message.ts';

/**
 * Main of the limiter process: holds containers to their limits from outside the kubelet, which may be busy. It ends when the kubelet does,
 * however that ends, and leaves nothing stopped.
 */
const marks = new ContainerMarks(containerVariable);
const containers = new Map<number, LimitedContainer>();

const send = (message: FromLimiter): void => {
  process.send?.(message);
};

function release(pid: number): void {
  containers.get(pid)?.release();
  containers.delete(pid);
}

function endAll(exitCode: number): void {
  for (const pid of [...containers.keys()]) release(pid);
  process.exit(exitCode);
}

process.on('message', (message: ToLimiter) => {
  const { pid } = message;
  if (message.type === 'release') release(pid);
  else if (message.type === 'join') containers.get(pid)?.join(message.member);
  else {
    release(pid);
    const tell = (usedBytes: number): void => send({ type: 'out-of-memory', pid, usedBytes });
    containers.set(pid, new LimitedContainer(pid, message.mark, marks, message.limits, tell));
  }
});
process.on('disconnect', () => endAll(0));
process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack}\n`);
  endAll(1);
});
// Ctrl-C and a terminal that closes go to a whole group: this process ends with the kubelet, not before it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
send({ type: 'ready' });
