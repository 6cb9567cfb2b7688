import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The program of that name on PATH: beside shoplab, never a part of it. */
export interface K6Program {
  command: string;
  /** `v1.2.3`. */
  version: string;
}

/** Finds k6 on PATH; undefined where there is none. Rejects where what is called so does not say its version. */
export async function findK6(): Promise<K6Program | undefined> {
  const command = 'k6';
  try {
    const { stdout } = await promisify(execFile)(command, ['version'], { timeout: 10_000, env: process.env });
    const version = versionOf(stdout);
    if (!version) throw new Error(`k6 version says no version: ${stdout.trim().slice(0, 200)}`);
    return { command, version };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The version that `k6 version` says; undefined where it says none. */
export const versionOf = (said: string): string | undefined => /v\d+\.\d+\.\d+\S*/.exec(said)?.[0];
