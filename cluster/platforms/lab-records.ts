import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeIfEmpty, stateHome } from './local/state-folder.ts';

/** What is written down of each lab whose cluster is not a process of this machine, so that any later command finds it. */
export interface LabRecords<R extends { name: string }> {
  folderOf(name: string): string;
  kubeconfigOf(name: string): string;
  recordOf(name: string): R | undefined;
  names(): string[];
  write(record: R): void;
  /** Adds to what is written down of a lab, if there is anything. */
  update(name: string, more: Partial<R>): void;
  /** The last one takes the folders of all labs with it. */
  remove(name: string): void;
}

/** `home`: a folder beside those of labs that are processes; it begins with a dot, which no lab's name has. */
export function labRecords<R extends { name: string }>(home: `.${string}`): LabRecords<R> {
  const all = (): string => join(stateHome(), home);
  const folderOf = (name: string): string => join(all(), name);
  const fileOf = (name: string): string => join(folderOf(name), 'lab.json');
  const recordOf = (name: string): R | undefined =>
    existsSync(fileOf(name)) ? (JSON.parse(readFileSync(fileOf(name), 'utf8')) as R) : undefined;
  /** Whole or not at all: readers may come at any time. */
  const write = (record: R): void => {
    const file = fileOf(record.name);
    mkdirSync(folderOf(record.name), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  };
  return {
    folderOf,
    kubeconfigOf: (name) => join(folderOf(name), 'kubeconfig'),
    recordOf,
    names: () => (existsSync(all()) ? readdirSync(all()).sort() : []),
    write,
    update(name, more) {
      const record = recordOf(name);
      if (record) write({ ...record, ...more });
    },
    remove(name) {
      rmSync(folderOf(name), { recursive: true, force: true });
      for (const folder of [all(), stateHome()]) removeIfEmpty(folder);
    },
  };
}
