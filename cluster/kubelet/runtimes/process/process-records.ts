import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProcess } from './process-table.ts';

/** One file for each main process that runs, so that the next command can end what a killed lab left. */
export class ProcessRecords {
  private readonly folder: string;
  /** `folder` is made where it is not. */
  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** startTime is field 22 of /proc/<pid>/stat, 0 where there is none: the pid alone may be another's by then. */
  add(pid: number, podUid: string, container: string): void {
    const record = { pid, startTime: readProcess(pid)?.startTime ?? 0, podUid, container };
    writeFileSync(this.file(pid), `${JSON.stringify(record)}\n`, { mode: 0o600 });
  }

  remove(pid: number): void {
    rmSync(this.file(pid), { force: true });
  }

  private file(pid: number): string {
    return join(this.folder, `${pid}.json`);
  }
}
