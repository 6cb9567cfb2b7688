import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** What a shell leaves to the next: variables and the folder it is in. */
export interface ShellState {
  env: Record<string, string>;
  cwd: string;
}

export interface ShellOptions {
  /** `bash` or `sh`, looked for in PATH. */
  shell: string;
  state: ShellState;
  /** Takes the output, a line at a time. */
  onLine(line: string): void;
}

/** Of its own use, so that commands and later shells do not see them. */
const ownVariable = /^SHOPLAB_CI_|^(_|SHLVL|OLDPWD|PWD)$/;
/** How long a shell that has ended may keep its output open, where something it left holds it. */
const lastWordsMs = 500;

/**
 * Reads names of files with commands from descriptor 3 and runs them in itself. Variables are exported as they are set, so that a later shell
 * and programs see them. After each it writes a mark with its exit code to descriptor 6, its first output: whatever a command does to its
 * own output, the mark comes after all that it wrote.
 */
const driver = (mark: string, state: string): string => `
exec 2>&1
exec 6>&1
shoplab_ci_keep() { shoplab_ci_code=$?; /usr/bin/env -0 > '${state}/env'; pwd > '${state}/cwd'; printf '\\n%s exit %s\\n' '${mark}' "$shoplab_ci_code" >&6; }
trap shoplab_ci_keep EXIT
set -a
while IFS= read -r SHOPLAB_CI_FILE <&3; do
  . "$SHOPLAB_CI_FILE" </dev/null
  SHOPLAB_CI_CODE=$?
  printf '\\n%s done %s\\n' '${mark}' "$SHOPLAB_CI_CODE" >&6
done
`;

/**
 * One instance of a shell, a process group of its own, that runs command after command: what one sets, defines or changes is there for the
 * next. A command that ends the shell (`exit 3`, `set -e`) has that for its exit code, and the next one finds another shell in the same state.
 */
export class ShellSession {
  private readonly options: ShellOptions;
  private readonly folder = mkdtempSync(join(tmpdir(), 'shoplab-ci-shell-'));
  private readonly groups: number[] = [];
  private current: { child: ChildProcess; mark: string; settle(result: { code: number; ended: boolean }): void } | undefined;
  private state: ShellState;
  private count = 0;

  constructor(options: ShellOptions) {
    this.options = options;
    this.state = options.state;
  }

  /** Runs one command, of any number of lines; answers its exit code. A variable in `env` is set before it. */
  async run(command: string, env: Record<string, string> = {}): Promise<number> {
    this.count += 1;
    const file = join(this.folder, `command-${this.count}.sh`);
    const set = Object.entries(env).map(([name, value]) => `${name}='${value.replaceAll("'", `'\\''`)}'\n`);
    writeFileSync(file, `${set.join('')}${command}\n`, { mode: 0o600 });
    const { code, ended } = await new Promise<{ code: number; ended: boolean }>((resolve, reject) => {
      const shell = this.current ?? this.start(reject);
      shell.settle = resolve;
      (shell.child.stdio[3] as Writable).write(`${file}\n`);
    });
    if (ended) this.current = undefined;
    return code;
  }

  /** Ends the shell in order and answers its state, for the next. What it has left running goes on: see `groups`. */
  async end(): Promise<ShellState> {
    const shell = this.current;
    if (shell) {
      this.current = undefined;
      const ended = new Promise((resolve) => {
        shell.settle = resolve;
      });
      (shell.child.stdio[3] as Writable).end();
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
    return this.state;
  }

  /** Process groups of the shells that were started, for what they left running. */
  processGroups(): readonly number[] {
    return this.groups;
  }

  private start(fail: (error: Error) => void): NonNullable<ShellSession['current']> {
    const mark = `\u0001${randomBytes(12).toString('hex')}`;
    const child = spawn(this.options.shell, ['-c', driver(mark, this.folder)], {
      cwd: existsSync(this.state.cwd) ? this.state.cwd : '/',
      env: this.state.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    const shell = { child, mark, settle: (_result: { code: number; ended: boolean }): void => undefined };
    this.current = shell;
    if (child.pid !== undefined) this.groups.push(child.pid);
    child.on('error', (error) => {
      this.current = undefined;
      fail(error);
    });
    // A shell that has ended takes nothing more; its end is told by its exit.
    child.stdio[3]?.on('error', () => undefined);
    const lines = this.listen(shell);
    child.on('exit', (code, signal) => {
      const closed = once(child, 'close');
      // A shell that was killed, or whose commands took its trap, says no last word.
      const waited = new AbortController();
      const late = pause(lastWordsMs, undefined, { signal: waited.signal }).catch(() => undefined); // not needed any more
      Promise.race([closed, lines.exited, late]).then(() => {
        waited.abort();
        lines.flush();
        this.readState();
        shell.settle({ code: code ?? 128 + (signal === 'SIGKILL' ? 9 : 15), ended: true });
      }, fail);
    });
    return shell;
  }

  /** Cuts the output into lines and finds the marks between them. */
  private listen(shell: NonNullable<ShellSession['current']>): { flush(): void; exited: Promise<void> } {
    let rest = '';
    let lastWord = (): void => undefined;
    const exited = new Promise<void>((resolve) => {
      lastWord = resolve;
    });
    // The line break that goes before a mark ends a line that had none, or makes an empty one that is nobody's.
    let empty = false;
    const take = (line: string): void => {
      const [mark, kind, code] = line.split(' ');
      const isMark = mark === shell.mark;
      if (empty && !isMark) this.options.onLine('');
      empty = line === '';
      if (isMark && kind === 'done') shell.settle({ code: Number(code), ended: false });
      else if (isMark) lastWord();
      else if (!empty) this.options.onLine(line);
    };
    shell.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      rest += text;
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 1);
        take(line);
      }
    });
    const flush = (): void => {
      if (rest !== '') take(rest);
      rest = '';
    };
    return { flush, exited };
  }

  private readState(): void {
    const [env, cwd] = ['env', 'cwd'].map((name) => join(this.folder, name));
    if (!env || !cwd || !existsSync(env) || !existsSync(cwd)) return;
    const pairs = readFileSync(env, 'utf8')
      .split('\0')
      .flatMap((entry) => {
        const at = entry.indexOf('=');
        return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)] as const] : [];
      });
    this.state = {
      env: Object.fromEntries(pairs.filter(([name]) => !ownVariable.test(name) && !/^(BASH_FUNC_)?shoplab_ci_/.test(name))),
      cwd: readFileSync(cwd, 'utf8').replace(/\n$/, ''),
    };
  }
}
