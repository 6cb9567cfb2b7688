import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { membersOf, readProcesses } from '../../kubelet/runtimes/process/process-table.ts';
import { isAlive, signal } from './process-identity.ts';
import type { StateFolder } from './state-folder.ts';

const goneWithinMs = 10_000;

/** Ends the Pods' processes that a killed cluster process left, and removes its folder. Answers what was ended, in sentences. */
export async function reap(folder: StateFolder): Promise<string[]> {
  const said: string[] = [];
  const ended: { pid: number; startTime: number }[] = [];
  for (const { pid, startTime, container } of recorded(folder)) {
    if (!isAlive({ pid, startTime })) continue;
    const members = process.platform === 'linux' ? membersOf(pid, readProcesses()) : [];
    for (const member of members) signal(member.pid, 'SIGKILL');
    signal(pid, 'SIGKILL', true);
    ended.push({ pid, startTime }, ...members);
    said.push(`ended process ${pid} (container ${container}), left by a lab that was killed`);
  }
  const until = Date.now() + goneWithinMs;
  while (ended.some(isAlive) && Date.now() < until) await setTimeout(5);
  const stuck = ended.filter(isAlive).map(({ pid }) => pid);
  if (stuck.length > 0)
    throw new Error(`not gone ${goneWithinMs / 1000} s after SIGKILL, left by lab ${folder.name}: process ${stuck.join(', ')}`);
  folder.remove();
  return said;
}

interface ProcessRecord {
  pid: number;
  startTime: number;
  container: string;
}

function recorded(folder: StateFolder): ProcessRecord[] {
  try {
    return readdirSync(folder.processes)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(folder.processes, name), 'utf8')) as ProcessRecord);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
