import { type ChildProcess, spawn } from 'node:child_process';
import type { Binaries } from './binaries.ts';
import { dataArgument, LAB_SETTINGS } from './data-folder.ts';
import { databaseIdentity } from './identity.ts';

/** Starts the server on the data folder, its log on our stderr. It is a child, so that it ends with this process's group. */
export function startServer(binaries: Binaries, folder: string, host: string, port: number): ChildProcess {
  const args = ['-D', dataArgument(folder), '-c', `listen_addresses=${host}`, '-p', String(port), ...LAB_SETTINGS];
  return spawn(binaries.postgres, args, { ...databaseIdentity(), cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Its exit code; 128 + the signal's number is not told apart from 1 here. */
export const ended = (server: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    if (server.exitCode !== null || server.signalCode !== null) return resolve(server.exitCode ?? 1);
    server.once('error', reject);
    server.once('exit', (code) => resolve(code ?? 1));
  });
