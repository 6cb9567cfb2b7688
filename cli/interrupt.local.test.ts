import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

// A program that waits as a run does: until it is told to stop, and then for an undo that takes for ever.
const program = `
  import { listenForInterrupt } from './dist/cli/interrupt.js';
  const interrupt = listenForInterrupt((line) => console.log(line));
  interrupt.signal.addEventListener('abort', () => console.log(interrupt.signal.reason.name, interrupt.by));
  setInterval(() => {}, 1000);
  console.log('ready');
`;

test.each(['SIGINT', 'SIGTERM'] as const)('the first %s stops in order and says so, the second at once with 130', async (signal) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => (await lines.next()).value ?? '';
  const ended = once(child, 'exit');
  expect(await next()).toBe('ready');
  child.kill(signal);
  expect(await next()).toContain(`${signal}: stopping and undoing`);
  expect(await next()).toBe(`Interrupted ${signal}`);
  expect(child.exitCode).toBeNull();
  child.kill(signal);
  expect(await ended).toEqual([130, null]);
});
