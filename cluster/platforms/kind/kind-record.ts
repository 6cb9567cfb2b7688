import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeIfEmpty, stateHome } from '../local/state-folder.ts';

/** What is written down of a lab, so that any later command finds it. */
export interface KindRecord {
  name: string;
  life: 'owner' | 'detached';
  /** Of the process that the lab ends with. */
  pid: number;
  startTime: number;
  nodePorts: Record<number, number>;
  startedAt: string;
}

/** Beside the folders of labs that are processes of this machine; no lab has a dot in its name. */
const home = (): string => join(stateHome(), '.kind');
export const folderOf = (name: string): string => join(home(), name);
export const kubeconfigOf = (name: string): string => join(folderOf(name), 'kubeconfig');

export function recordOf(name: string): KindRecord | undefined {
  const file = fileOf(name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as KindRecord) : undefined;
}

export const labNames = (): string[] => (existsSync(home()) ? readdirSync(home()).sort() : []);

const fileOf = (name: string): string => join(folderOf(name), 'lab.json');

export function writeRecord(record: KindRecord): void {
  mkdirSync(folderOf(record.name), { recursive: true, mode: 0o700 });
  writeFileSync(fileOf(record.name), JSON.stringify(record), { mode: 0o600 });
}

/** The last one takes the folders of all labs with it. */
export function removeRecord(name: string): void {
  rmSync(folderOf(name), { recursive: true, force: true });
  for (const folder of [home(), stateHome()]) removeIfEmpty(folder);
}
