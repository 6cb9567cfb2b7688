import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { readProcesses } from './runtimes/process/process-table.ts';
import { isReady, status, TestNode } from './test-node.ts';

const node = new TestNode('127.206');
const limits = process.platform === 'linux' ? describe : describe.skip;
beforeAll(() => node.start());
afterAll(() => node.stop());

/** Burns all the CPU that it gets, in so many processes beside the first, and says on request how much all of them had. */
const burner = (children: number) => ({
  command: [
    process.execPath,
    '-e',
    `
    const { fork } = require('node:child_process');
    console.log('start ');
    for (let n = 0; n < ${children}; n += 1) require('node:child_process').spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore', detached: n % 2 === 1 });
    const burn = () => { const until = performance.now() + 5; while (performance.now() < until); setImmediate(burn); };
    burn();`,
  ],
});

/** What a Pod's processes ran, and what they waited for a CPU while nobody had stopped them, from the accounts of the kernel. */
function accountOf(uid: string): { ranMs: number; waitedMs: number } {
  const processes = readProcesses().filter(({ pid }) => environmentOf(pid).includes(`POD=${uid}`));
  const accounts = processes.map(({ pid }) => scheduleOf(pid));
  return {
    ranMs: accounts.reduce((sum, { ranMs }) => sum + ranMs, 0),
    waitedMs: accounts.reduce((sum, { waitedMs }) => sum + waitedMs, 0),
  };
}
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // it ended meanwhile
  }
}
/** Documentation/scheduler/sched-stats.rst: time on a CPU, time on a run queue, in ns. */
function scheduleOf(pid: number): { ranMs: number; waitedMs: number } {
  const [ran, waited] = readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ').map(Number);
  return { ranMs: (ran ?? 0) / 1e6, waitedMs: (waited ?? 0) / 1e6 };
}
const pod = [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } }];
const limited = (cpu: string, memory?: string) => ({ resources: { limits: { cpu, ...(memory && { memory }) } } });

/** Cores that a Pod had, second by second, and those that it would have had on a CPU of its own. */
async function measure(name: string, children: number, cpu: string): Promise<{ had: number[]; wanted: number[] }> {
  node.run(name, { ...burner(children), env: pod, ...limited(cpu) });
  await node.until(name, (one) => one.status?.phase === 'Running');
  await node.logged(name, 'start ');
  const { uid } = node.pod(name).metadata;
  // Until all of them run, and what the start had too much is paid back.
  while (readProcesses().filter(({ pid }) => environmentOf(pid).includes(`POD=${uid}`)).length < children + 1) await pause(20);
  await pause(1000);
  const [had, wanted]: [number[], number[]] = [[], []];
  for (let second = 0; second < 5; second += 1) {
    const [fromMs, before] = [performance.now(), accountOf(uid)];
    await pause(1000);
    const [tookMs, after] = [performance.now() - fromMs, accountOf(uid)];
    had.push((after.ranMs - before.ranMs) / tookMs);
    wanted.push((after.ranMs + after.waitedMs - before.ranMs - before.waitedMs) / tookMs);
  }
  node.delete(name, 1);
  await node.gone(name);
  return { had, wanted };
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

limits('CPU limits', () => {
  test.each([
    ['one process', 0, '200m', 0.2],
    ['three processes, one of them in a session of its own', 2, '300m', 0.3],
    ['a small limit', 0, '50m', 0.05],
  ])('hold within 5 %% over a second, for %s', async (_title, children, cpu, cores) => {
    const { had, wanted } = await measure(`burner-${children}-${cpu}`, children, cpu);
    // A stop that comes late is paid back, maybe in the next second.
    expect(median(had) / cores).toBeLessThan(1.05);
    // What it did not get because others had the CPUs, nobody held back.
    expect(median(wanted) / cores).toBeGreaterThan(0.95);
  });

  test('what waits for its next period hears SIGTERM, answers its probes and is ended', async () => {
    const probe = { exec: { command: ['true'] }, periodSeconds: 1, timeoutSeconds: 20 };
    const script = `process.on('SIGTERM', () => { console.log('TERM'); process.exit(3); });
      const burn = () => { const until = performance.now() + 30; while (performance.now() < until); setTimeout(burn); };
      console.log('start '); burn();`;
    node.run('heard', { command: [process.execPath, '-e', script], ...limited('100m'), readinessProbe: probe });
    await node.until('heard', isReady);
    await node.logged('heard', 'start ');
    const ended = node.until('heard', (one) => status(one)?.state?.terminated !== undefined);
    node.delete('heard', 30);
    expect(status(await ended)?.state?.terminated).toMatchObject({ exitCode: 3 });
    await node.gone('heard');
  });

  test('a container that hardly does anything is not stopped', async () => {
    await node.serve('calm', { ...limited('500m'), env: pod });
    // Its start is behind it.
    await pause(1000);
    const states = new Set<string>();
    for (let n = 0; n < 50; n += 1) {
      for (const { pid, state } of readProcesses())
        if (environmentOf(pid).includes(`POD=${node.pod('calm').metadata.uid}`)) states.add(state);
      await pause(20);
    }
    expect(states.size).toBeGreaterThan(0);
    node.delete('calm', 1);
    await node.gone('calm');
    expect(states).not.toContain('T');
  });
});

limits('memory limits', () => {
  const hungry = `console.log('start '); const held = []; setInterval(() => held.push(Buffer.alloc(8 * 1024 * 1024, 1)), 50);`;

  test('end what passes them with 137 and OOMKilled, and it is started again', async () => {
    node.run('hungry', { command: [process.execPath, '-e', hungry], ...limited('1', '128Mi') });
    const first = await node.until(
      'hungry',
      (one) => status(one)?.lastState?.terminated !== undefined || status(one)?.state?.terminated !== undefined,
    );
    const terminated = status(first)?.state?.terminated ?? status(first)?.lastState?.terminated;
    expect(terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    const again = await node.until('hungry', (one) => (status(one)?.restartCount ?? 0) > 0 && status(one)?.state?.running !== undefined);
    expect(status(again)?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    node.delete('hungry', 1);
    await node.gone('hungry');
  });

  test('count all processes of a container', async () => {
    const parent = `console.log('start '); const { spawn } = require('node:child_process');
      for (let n = 0; n < 3; n += 1) spawn(process.execPath, ['-e', 'const held = Buffer.alloc(64 * 1024 * 1024, 1); setInterval(() => held.length, 1000)'], { stdio: 'ignore' });
      setInterval(() => {}, 1000);`;
    node.run('family', { command: [process.execPath, '-e', parent], ...limited('1', '192Mi') }, { restartPolicy: 'Never' });
    const ended = await node.until('family', (one) => one.status?.phase === 'Failed');
    expect(status(ended)?.state?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  test('let live what stays below', async () => {
    await node.serve('modest', limited('1', '256Mi'));
    await pause(500);
    expect(status(node.pod('modest'))).toMatchObject({ restartCount: 0, state: { running: expect.anything() } });
    node.delete('modest', 1);
    await node.gone('modest');
  });
});
