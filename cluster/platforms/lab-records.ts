import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeIfEmpty, stateHome } from './local/state-folder.ts';

/** What is written down of each lab whose cluster is not a process of this machine, so that any later command finds it. */
export interface LabRecords<R extends { name: string }> {
  folderOf(name: string): string;
  kubeconfigOf(name: string): string;
  recordOf(name: string): R | undefined;
  names(): string[];
  write(record: R): void;
  /** The last one takes the folders of all labs with it. */
  remove(name: string): void;
}

/** `home`: a folder beside those of labs that are processes; it begins with a dot, which no lab's name has. */
export function labRecords<R extends { name: string }>(home: `.${string}`): LabRecords<R> {
  const all = (): string => join(stateHome(), home);
  const folderOf = (name: string): string => join(all(), name);
  const fileOf = (name: string): string => join(folderOf(name), 'lab.json');
  return {
    folderOf,
    kubeconfigOf: (name) => join(folderOf(name), 'kubeconfig'),
    recordOf: (name) => (existsSync(fileOf(name)) ? (JSON.parse(readFileSync(fileOf(name), 'utf8')) as R) : undefined),
    names: () => (existsSync(all()) ? readdirSync(all()).sort() : []),
    write(record) {
      mkdirSync(folderOf(record.name), { recursive: true, mode: 0o700 });
      writeFileSync(fileOf(record.name), JSON.stringify(record), { mode: 0o600 });
    },
    remove(name) {
      rmSync(folderOf(name), { recursive: true, force: true });
      for (const folder of [all(), stateHome()]) removeIfEmpty(folder);
    },
  };
}
