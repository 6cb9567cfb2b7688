import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Check, Journal, VariantName } from '../../experiments/engine/journal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const program = join(root, 'dist/cli/bin.js');

export interface EndedProgram {
  code: number | null;
  out: string;
  err: string;
}

interface ProgramOptions {
  cwd?: string;
  more?: NodeJS.ProcessEnv;
  /** Told each time of all that it wrote to stderr so far. */
  onErr?: (text: string) => void;
}

/**
 * How a `shoplab run` tells of its phases when all that are under way are the deletion of a namespace: `treatment: delete namespace …`. After a control
 * alone there is more to come.
 */
const onlyDeletes = /^(?!control: delete namespace …$)[\w-]+: delete namespace( \| [\w-]+: delete namespace)* …$/m;

/** How a `shoplab run` ended. */
export interface EndedRun extends EndedProgram {
  journal: Journal | undefined;
}

/** Runs of the built CLI in a folder of their own, as a user types them; `remove` takes the folder away. */
export class CliRuns {
  readonly folder = mkdtempSync(join(tmpdir(), 'shoplab-run-test-'));
  readonly state: string;
  /** Variables beside those of the tests. */
  readonly env: NodeJS.ProcessEnv = {};
  /** Called as soon as a run says that all which is left to do is to delete its namespaces: it has come to its verdict. `name`: that of the run. */
  onVerdict: (name: string) => void = () => undefined;

  /** `state`: of labs that are there before and after; absent: one of its own. */
  constructor(state?: string) {
    this.state = state ?? join(this.folder, 'state');
    // PostgreSQL may run as a user of its own.
    chmodSync(this.folder, 0o711);
    mkdirSync(this.state, { recursive: true });
  }

  /** A copy of the manifests, with something done to it behind the lab's back. */
  sabotaged(name: string, edit: (folder: string) => void): string {
    const folder = join(this.folder, name);
    cpSync(join(root, 'manifests'), folder, { recursive: true });
    edit(folder);
    return folder;
  }

  reportFolder(name: string): string {
    return join(this.folder, `report-${name}`);
  }

  /** `experiment`: its name, or the file or folder of one. */
  async run(name: string, experiment: string, ...words: string[]): Promise<EndedRun> {
    const report = this.reportFolder(name);
    const { code, out, err } = await this.program(process.execPath, [program, 'run', experiment, '--report-dir', report, ...words], {
      onErr: (text) => onlyDeletes.test(text) && this.onVerdict(name),
    });
    const [file] = existsSync(report) ? readdirSync(report).filter((one) => one.endsWith('.json')) : [];
    return { code, out, err, journal: file === undefined ? undefined : (JSON.parse(readFileSync(join(report, file), 'utf8')) as Journal) };
  }

  /** Any command, as its user types it in that folder. */
  shoplab(...words: string[]): Promise<EndedProgram> {
    return this.program(process.execPath, [program, ...words]);
  }

  /** Shell commands, as their user types them in a folder, `shoplab` among them. Any that fails ends it. */
  bash(commands: string, cwd: string): Promise<EndedProgram> {
    const bin = join(this.folder, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'shoplab'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
    return this.program('bash', ['-e', '-o', 'pipefail', '-c', commands], { cwd, more: { PATH: `${bin}:${process.env.PATH}` } });
  }

  private async program(
    file: string,
    words: string[],
    { cwd = this.folder, more = {}, onErr }: ProgramOptions = {},
  ): Promise<EndedProgram> {
    const { FORCE_COLOR: _colour, NODE_OPTIONS: _options, ...env } = process.env;
    const child = spawn(file, words, { cwd, env: { ...env, ...this.env, ...more, XDG_STATE_HOME: this.state } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => {
      err += chunk;
      onErr?.(err);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, err };
  }

  /** Names of labs that have left something. */
  labs(): string[] {
    const folder = join(this.state, 'shoplab');
    return existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : [];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Replaces in a file of a copy of the manifests. Throws where there is nothing to replace. */
export function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${file} has no '${from}'`);
  writeFileSync(file, changed);
}

/** Code, outcome and reason in a line, with what could not be undone. */
export const verdictOf = ({ code, journal }: EndedRun): string =>
  [`${code} ${journal?.outcome}: ${journal?.reason}`, ...(journal?.undoFailures ?? [])].join('; not undone: ');

/** A check of the journal, by variant and id. Throws where it is not there. */
export function checkOf({ journal }: EndedRun, variant: VariantName, id: string): Check {
  const found = journal?.variants.find(({ name }) => name === variant)?.checks.find((check) => check.id === id);
  if (!found) throw new Error(`the journal has no check ${id} of ${variant}: ${journal?.outcome}: ${journal?.reason}`);
  return found;
}
