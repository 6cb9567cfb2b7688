import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** What is written down of a cluster process, so that any later command finds it. */
export interface ClusterRecord {
  name: string;
  platform: 'local' | 'docker';
  pid: number;
  /** With the pid it names a process for ever: a reused pid is not taken for it. */
  startTime: number;
  prefix: string;
  port: number;
  life: 'owner' | 'detached';
  localhostNamespace?: string;
  imagesFile?: string;
  /** How often its autoscalers look; absent where an older shoplab wrote it. */
  autoscalerSyncMs?: number;
  startedAt: string;
}

/** Folder of all labs of this user. */
export const stateHome = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'shoplab');

/** The folder of one lab, made 0700 by `make`. What is in it: kubeconfig, cluster.json, cluster.log, pods, processes, images. */
export class StateFolder {
  readonly name: string;
  readonly path: string;
  constructor(name: string, home = stateHome()) {
    if (!/^[a-z0-9]([-a-z0-9]{0,40}[a-z0-9])?$/.test(name))
      throw new Error(`'${name}' is not a name for a lab: small letters, digits and hyphens`);
    this.name = name;
    this.path = join(home, name);
  }
  get kubeconfig(): string {
    return join(this.path, 'kubeconfig');
  }
  get log(): string {
    return join(this.path, 'cluster.log');
  }
  /** Where processes of Pods are written down, one file each. */
  get processes(): string {
    return join(this.path, 'processes');
  }
  /** What was built for this lab, one file each. */
  get builtImages(): string {
    return join(this.path, 'images');
  }
  private get record(): string {
    return join(this.path, 'cluster.json');
  }

  make(): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
  }
  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
    // The last one takes the folder of all labs with it.
    removeIfEmpty(dirname(this.path));
  }
  /** Whole or not at all: readers may come at any time. */
  write(record: ClusterRecord): void {
    writeFileSync(`${this.record}.new`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${this.record}.new`, this.record);
  }
  read(): ClusterRecord | undefined {
    const text = readIfThere(this.record);
    return text === undefined ? undefined : (JSON.parse(text) as ClusterRecord);
  }
  /** The last lines of the cluster's log. */
  lastLog(lines = 15): string[] {
    return (readIfThere(this.log) ?? '').trimEnd().split('\n').slice(-lines);
  }
}

/** Takes a folder that nobody has anything in any more. */
export function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Names of the labs that have a folder. */
export function labNames(home = stateHome()): string[] {
  try {
    return readdirSync(home, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
