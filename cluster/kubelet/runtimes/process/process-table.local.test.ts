import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { markedWith, membersOf, type ProcessEntry, readProcess, readProcesses, usageOf } from './process-table.ts';

const entry = (pid: number, parent: number, group = pid, session = group): ProcessEntry => ({
  pid,
  state: 'S',
  parent,
  group,
  session,
  ticks: 10,
  startTime: 1,
});

test('members are the group, the session, and what descends from either', () => {
  const processes = [
    entry(10, 1),
    entry(11, 10, 10),
    entry(12, 11, 12, 12), // a session of its own, still a descendant
    entry(13, 12, 12, 12),
    entry(14, 1, 14, 10), // its parent is gone, its session is ours
    entry(20, 1),
    entry(21, 20, 20),
  ];
  expect(membersOf(10, processes).map(({ pid }) => pid)).toEqual([10, 11, 12, 13, 14]);
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a process is read with its times, whatever its name, and found by its mark', async () => {
  const child = spawn('sh', ['-c', 'echo up; read line'], {
    env: { ...process.env, MARK: 'here (x) 1' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  const read = readProcess(pid);
  expect(read).toMatchObject({ pid, parent: process.pid, startTime: expect.any(Number) });
  expect(markedWith('MARK=here (x) 1', readProcesses()).map((found) => found.pid)).toEqual([pid]);
  expect(usageOf(read ? [read] : [])?.memoryBytes).toBeGreaterThan(10_000);
  child.stdin.end();
  await once(child, 'close');
  expect(readProcess(pid)).toBeUndefined();
  expect(usageOf([])).toBeUndefined();
});
