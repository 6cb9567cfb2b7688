import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inEngine } from './engine.ts';

/**
 * Fails the run when a process that a test started, a file that it made, or something in the Docker engine is still there. A listening port is a
 * process.
 */
export default function leaks(): void {
  const folder = process.env.SHOPLAB_TEST_FOLDER ?? '';
  const mark = `SHOPLAB_TEST_RUN=${process.env.SHOPLAB_TEST_RUN}\0`;
  // testcontainers keeps the lock of its reaper, one a user.
  const files = readdirSync(join(folder, 'tmp')).filter((name) => !/^testcontainers-node-\d+\.lock$/.test(name));
  const before = JSON.parse(process.env.SHOPLAB_TEST_ENGINE ?? '[]') as string[];
  const engine = inEngine().filter((one) => !before.includes(one));
  const found = [...processesWith(mark), ...files, ...readdirSync(join(folder, 'state')), ...engine];
  rmSync(folder, { recursive: true, force: true });
  if (found.length > 0) throw new Error(`the tests left behind:\n  ${found.join('\n  ')}`);
}

function processesWith(mark: string): string[] {
  if (process.platform !== 'linux') return [];
  const own = new Set([process.pid, process.ppid].map(String));
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && !own.has(pid))
    .flatMap((pid) => {
      try {
        // The environment at exec: jest's own workers carry the mark too, and are known by what they run.
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        const inherited = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
        return inherited && !command.includes('jest-worker') ? [`process ${pid} (${command || readlinkSync(`/proc/${pid}/exe`)})`] : [];
      } catch {
        return []; // gone meanwhile, or another user's
      }
    });
}
