import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readProcess, readProcesses } from '../process-table.ts';
import { Limiter } from './limiter.ts';

const onLinux = process.platform === 'linux' ? test : test.skip;
const burn = ['-e', 'for (;;);'];
const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
});

async function startBurner(): Promise<number> {
  const child = spawn(process.execPath, burn, { detached: true, stdio: 'ignore' });
  started.push(child);
  await once(child, 'spawn');
  return child.pid ?? 0;
}

/** The limiter processes that a process has. */
const limitersOf = (parent: number): number[] =>
  readProcesses().flatMap((one) => (one.parent === parent && commandOf(one.pid).includes('limiter-process') ? [one.pid] : []));
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return ''; // it ended meanwhile
  }
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const limitMs = performance.now() + 20_000; !isSo(); await pause(2))
    if (performance.now() > limitMs) throw new Error(`not so within 20 s: ${what}`);
}
const untilStopped = (pid: number): Promise<void> => until(`process ${pid} is stopped`, () => readProcess(pid)?.state === 'T');

/** Whether it is never seen stopped in half a second, five periods of a limit. */
async function runsFreely(pid: number): Promise<boolean> {
  for (let n = 0; n < 100; n += 1) {
    if (readProcess(pid)?.state === 'T') return false;
    await pause(5);
  }
  return true;
}

onLinux('a release leaves nothing stopped', async () => {
  const limiter = new Limiter(() => {});
  const pid = await startBurner();
  const limited = limiter.limit(pid, 'NONE=1', { cpuCores: 0.1 }, () => {});
  await untilStopped(pid);
  limited.release();
  await until('it runs again', () => readProcess(pid)?.state !== 'T');
  await pause(200); // what was under way when it was released
  expect(await runsFreely(pid)).toBe(true);
  await limiter.close();
  expect(limitersOf(process.pid)).toEqual([]);
});

onLinux('a limiter that is killed has a successor, which holds the same limits', async () => {
  const lines: string[] = [];
  const limiter = new Limiter((line) => lines.push(line));
  const pid = await startBurner();
  limiter.limit(pid, 'NONE=1', { cpuCores: 0.1 }, () => {});
  await untilStopped(pid);
  const [first = 0] = limitersOf(process.pid);
  process.kill(first, 'SIGKILL');
  await until('there is another limiter', () => limitersOf(process.pid).some((one) => one !== first && readProcess(one)?.state !== 'Z'));
  await until('it runs again', () => readProcess(pid)?.state !== 'T');
  await untilStopped(pid);
  expect(lines).toEqual(['the limiter ended (SIGKILL); another one takes over']);
  await limiter.close();
  await until('it runs again', () => readProcess(pid)?.state !== 'T');
});

onLinux('where the kubelet is killed nothing stays stopped, and its limiter ends', async () => {
  const module = fileURLToPath(new URL('limiter.js', import.meta.url)).replace(/^(.*?)(\/dist)?\/cluster\//, '$1/dist/cluster/');
  const pid = await startBurner();
  const script = `
    const { Limiter } = await import(${JSON.stringify(module)});
    const limiter = new Limiter(console.error);
    await limiter.ready();
    limiter.limit(${pid}, 'NONE=1', { cpuCores: 0.02 }, () => {});
    console.log('limited');
    setInterval(() => {}, 1000);`;
  const kubelet = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(kubelet);
  await once(createInterface({ input: kubelet.stdout }), 'line');
  await untilStopped(pid);
  const [limiter = 0] = limitersOf(kubelet.pid ?? 0);
  expect(limiter).toBeGreaterThan(0);
  kubelet.kill('SIGKILL');
  await until('the limiter is gone', () => [undefined, 'Z', 'X'].includes(readProcess(limiter)?.state));
  expect(await runsFreely(pid)).toBe(true);
});
