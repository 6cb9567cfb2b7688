import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { Program } from './program.ts';

const lookEveryMs = 50;

/** Said by a run when its control's fault is in: it works. */
export const workingSign = 'control: fault delivery-down is in';

/** A place of its own for labs and temporary files. Whatever is started in it is found again by its environment, its folder or its parents. */
export class LabHome {
  readonly folder = mkdtempSync(join(tmpdir(), 'shoplab-kills-'));
  readonly state = join(this.folder, 'state');
  readonly temporary = join(this.folder, 'tmp');
  readonly reports = join(this.folder, 'reports');
  /** Start times of the processes that were seen, by pid: PostgreSQL's write their title over their environment. */
  private readonly seen = new Map<number, string>();
  private namespaces: () => Promise<string[]> = async () => [];

  constructor() {
    // PostgreSQL may run as a user of its own.
    chmodSync(this.folder, 0o711);
    for (const folder of [this.state, this.temporary, this.reports]) mkdirSync(folder);
    chmodSync(this.temporary, 0o1777);
  }

  start(...words: string[]): Program {
    return new Program(words, { XDG_STATE_HOME: this.state, TMPDIR: this.temporary });
  }
  run(...words: string[]): Program {
    return this.start('run', 'async-decoupling', '--report-dir', this.reports, ...words);
  }
  /** A kustomization with nothing to wait for, and no port that another lab could have. */
  emptyShop(): string {
    const folder = join(this.folder, 'empty-shop');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'kustomization.yaml'), 'resources: [configuration.yaml]\n');
    writeFileSync(join(folder, 'configuration.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: empty}\ndata: {}\n');
    return folder;
  }

  /** From now on the namespaces of this lab are looked at too. */
  watchNamespaces(lab: string): void {
    const file = join(this.state, 'shoplab', lab, 'kubeconfig');
    const config = new KubeConfig();
    config.loadFromFile(file);
    const api = config.makeApiClient(CoreV1Api);
    this.namespaces = async () =>
      existsSync(file) ? (await api.listNamespace()).items.map(({ metadata }) => `namespace ${metadata?.name}`) : [];
  }

  /** All that is here now and can be left behind, a line each; ports are those of the labs that are, or were, at these addresses. */
  async look(prefixes = this.prefixes()): Promise<string[]> {
    const files = readdirSync(this.temporary).map((name) => `file ${name}`);
    const labs = this.labs().map((name) => `lab ${name}`);
    return [...this.processes(), ...labs, ...listeners(prefixes), ...files, ...(await this.namespaces())];
  }
  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Sends the signal and waits until nothing is here but what was `before`. Answers how long that took, in ms. */
  async killed(program: Program, signal: NodeJS.Signals, before: string[] = [], withinMs = 5000): Promise<number> {
    const prefixes = this.prefixes();
    const there = new Set(await this.look(prefixes));
    const sentMs = performance.now();
    program.child.kill(signal);
    for (;;) {
      const now = await this.look(prefixes);
      // A listener that was not there may be another lab's, which has taken the addresses that this one has left.
      const left = now.filter((line) => !before.includes(line) && (there.has(line) || !line.startsWith('listener')));
      const tookMs = performance.now() - sentMs;
      if (left.length === 0) return tookMs;
      if (tookMs > withinMs)
        throw new Error(`left ${Math.round(tookMs)} ms after ${signal}:\n  ${left.join('\n  ')}\nThe run had said:\n${program.said}`);
      await pause(lookEveryMs);
    }
  }

  private processes(): string[] {
    const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readProcess(Number(name)) ?? []) : []));
    // A pid that is free may be another's next.
    for (const [pid, startTime] of this.seen) if (!all.some((one) => one.pid === pid && one.startTime === startTime)) this.seen.delete(pid);
    for (const { pid, startTime } of all) if (this.isMarked(pid)) this.seen.set(pid, startTime);
    // Children of what is seen, and theirs.
    for (let count = -1; count !== this.seen.size; ) {
      count = this.seen.size;
      for (const { pid, startTime, parent, session } of all)
        if (this.seen.has(parent) || this.seen.has(session)) this.seen.set(pid, startTime);
    }
    return all
      .filter(({ pid, state }) => this.seen.has(pid) && state !== 'Z' && state !== 'X')
      .map(({ pid, startTime, title }) => `process ${pid}:${startTime} ${title}`);
  }
  private isMarked(pid: number): boolean {
    const marks = [() => readFileSync(`/proc/${pid}/environ`, 'latin1'), () => readlinkSync(`/proc/${pid}/cwd`)];
    return marks.some((read) => ifThere(read)?.includes(this.folder));
  }

  /** Names of the folders of labs. */
  private labs(): string[] {
    return ifThere(() => readdirSync(join(this.state, 'shoplab'))) ?? [];
  }
  /** The first two numbers of the addresses of each lab that is here. */
  private prefixes(): Set<string> {
    const records = this.labs().flatMap(
      (name) => ifThere(() => readFileSync(join(this.state, 'shoplab', name, 'cluster.json'), 'utf8')) ?? [],
    );
    return new Set(records.map((record) => (JSON.parse(record) as { prefix: string }).prefix));
  }
}

interface ProcessSeen {
  pid: number;
  title: string;
  state: string;
  parent: number;
  session: number;
  startTime: string;
}

function readProcess(pid: number): ProcessSeen | undefined {
  const stat = ifThere(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (stat === undefined) return undefined;
  const [state = '', parent, , session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const title = stat.slice(stat.indexOf('('), stat.lastIndexOf(')') + 1);
  return { pid, title, state, parent: Number(parent), session: Number(session), startTime: rest[15] ?? '' };
}

/** TCP sockets that listen, and UDP sockets, at addresses that begin so: `127.37`. */
function listeners(prefixes: Set<string>): string[] {
  return ['tcp', 'udp'].flatMap((protocol) =>
    readFileSync(`/proc/net/${protocol}`, 'latin1')
      .trim()
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
        const [address = '', port = ''] = local.split(':');
        const [d, c, b, a] = (address.match(/../g) ?? []).map((hex) => Number.parseInt(hex, 16));
        if (state !== (protocol === 'tcp' ? '0A' : '07') || !prefixes.has(`${a}.${b}`)) return [];
        return [`listener ${protocol} ${a}.${b}.${c}.${d}:${Number.parseInt(port, 16)} (${inode})`];
      }),
  );
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    // It ended meanwhile, or is another user's.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
