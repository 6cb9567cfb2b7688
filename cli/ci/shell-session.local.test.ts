import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ShellSession, type ShellState } from './shell-session.ts';

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'shoplab-session-test-')));
afterAll(() => rmSync(scratch, { recursive: true }));
const state = (): ShellState => ({ env: { PATH: process.env.PATH ?? '' }, cwd: scratch });

describe.each(['bash', 'sh'])('%s', (shell) => {
  let lines: string[];
  let session: ShellSession;
  const open = (from = state()): ShellSession => {
    lines = [];
    session = new ShellSession({ shell, state: from, onLine: (line) => lines.push(line) });
    return session;
  };
  afterEach(async () => void (await session.end()));

  test('is one instance: variables, functions and the folder stay from command to command', async () => {
    open();
    expect(await session.run('A=1; greet() { echo "hello $A $1"; }; mkdir -p deep && cd deep')).toBe(0);
    expect(await session.run('greet world\npwd')).toBe(0);
    expect(lines).toEqual(['hello 1 world', join(scratch, 'deep')]);
  });

  test('a command fails with its exit code, and the shell goes on', async () => {
    open();
    expect(await session.run('false')).toBe(1);
    expect(await session.run('(exit 7)')).toBe(7);
    expect(await session.run('no-such-program-here')).toBe(127);
    expect(await session.run('true')).toBe(0);
  });

  test.each([
    ['exit', 'A=2; cd deep; exit 3', 3],
    ['set -e', 'A=2; cd deep; set -e; (exit 3); echo not reached', 3],
    ['exit 0', 'A=2; cd deep; exit 0', 0],
  ])('a command that ends the shell by %s is over, and the next finds its state', async (_, command, code) => {
    open();
    await session.run('mkdir -p deep');
    expect(await session.run(command)).toBe(code);
    expect(await session.run('echo "$A"; pwd')).toBe(0);
    expect(lines).toEqual(['2', join(scratch, 'deep')]);
  });

  test('the state goes on to another shell: what programs see, with line breaks and quotes', async () => {
    open();
    await session.run(`TEXT="it's
two lines"; export B=b; cd /`);
    const next = open(await session.end());
    expect(await next.run('printenv TEXT; printenv B; pwd')).toBe(0);
    expect(lines).toEqual(["it's", 'two lines', 'b', '/']);
    expect(Object.keys((await next.end()).env).filter((name) => /shoplab/i.test(name))).toEqual([]);
  });

  test('output keeps its order, its empty lines and a last line without a break', async () => {
    open();
    await session.run("echo out; echo err >&2; echo; printf 'no break'");
    await session.run('exec >/dev/null; echo gone');
    await session.run('echo gone too');
    expect(lines).toEqual(['out', 'err', '', 'no break']);
  });

  test('commands do not wait for what is typed, nor read what is not theirs', async () => {
    open();
    expect(await session.run('cat')).toBe(0);
    expect(await session.run('read -r x')).toBe(1);
    expect(lines).toEqual([]);
  });

  test('something left in the background keeps neither the command nor the end waiting', async () => {
    open();
    expect(await session.run('sleep 60 & echo started')).toBe(0);
    await session.end();
    expect(lines).toEqual(['started']);
    const [group = 0] = session.processGroups();
    process.kill(-group, 'SIGKILL');
  });

  test('variables that are given are set before the command', async () => {
    open();
    await session.run('printenv GIVEN', { GIVEN: "it's" });
    expect(lines).toEqual(["it's"]);
  });

  test('a shell that is killed ends its command', async () => {
    open();
    const code = session.run('echo up; sleep 60');
    while (lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
    process.kill(-(session.processGroups()[0] ?? 0), 'SIGKILL');
    expect(await code).toBe(137);
  });
});
