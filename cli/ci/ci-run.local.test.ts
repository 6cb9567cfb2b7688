import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'shoplab-ci-run-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function start(...words: string[]) {
  const { FORCE_COLOR: _, NODE_OPTIONS: __, ...env } = process.env;
  const child = spawn(process.execPath, [bin, 'ci', 'run', ...words], { cwd: scratch, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.err += text;
  });
  const closed = once(child, 'close').then(([code]) => ({ code: code as number, ...said }));
  return { child, said, closed };
}
const shoplab = (...words: string[]) => start(...words).closed;

function buildspec(name: string, text: string): string {
  writeFileSync(join(scratch, name), `version: 0.2\n${text}`);
  return name;
}

test('a build that succeeds: its story on stderr, its phases on stdout, what it collected in a folder', async () => {
  const file = buildspec(
    'good.yml',
    `env: { exported-variables: [TAG] }
phases:
  pre_build: { commands: ["TAG=$GIVEN-1"] }
  build: { commands: [echo from the build, "shoplab --version > version.txt"] }
artifacts: { files: [version.txt] }
`,
  );
  const { code, out, err } = await shoplab(file, '--env', 'GIVEN=a b');
  expect(code).toBe(0);
  expect(err).toContain('Entering phase BUILD\nRunning command echo from the build\nfrom the build\n');
  expect(out).toMatch(/✓ build SUCCEEDED[\s\S]*BUILD +SUCCEEDED[\s\S]*artifact artifact: 1 file[\s\S]*exported TAG=a b-1/);
  expect(out).not.toContain('from the build');
  const json = await shoplab(file, '--env', 'GIVEN=c', '--json', '--phase', 'install');
  const result = JSON.parse(json.out);
  expect(result).toMatchObject({ schema: 'shoplab.dev/build/v1', status: 'SUCCEEDED', exportedVariables: { TAG: 'c-1' } });
  expect(readFileSync(join(result.artifacts[0].folder, 'version.txt'), 'utf8')).toMatch(/^shoplab\//);
  expect(json.err).not.toContain('from the build');
});

test('a failed phase is exit code 4, and so is a build that takes too long', async () => {
  const failed = await shoplab(buildspec('bad.yml', 'phases: { build: { commands: [exit 3] } }'));
  expect(failed.code).toBe(4);
  expect(failed.out).toMatch(/✗ build FAILED[\s\S]*exit status 3/);
  const late = await shoplab(buildspec('late.yml', 'phases: { build: { commands: [sleep 60] } }'), '--timeout', '500ms');
  expect({ code: late.code, out: late.out.slice(0, 17) }).toEqual({ code: 4, out: '✗ build TIMED_OUT' });
});

test('a bad file is exit code 2, with the place of every problem, and nothing runs', async () => {
  const { code, out, err } = await shoplab(buildspec('wrong.yml', 'phases: { build: { comands: [touch ran] } }\nartifact: {}\n'));
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(
    /wrong\.yml:2:11: phases\.build: has no commands[\s\S]*wrong\.yml:2:20: .*Did you mean commands\?[\s\S]*wrong\.yml:3:1: .*Did you mean artifacts\?/,
  );
  expect(err).not.toContain('Entering phase');
  const none = await shoplab('nowhere.yml');
  expect(none.code).toBe(2);
  expect((await shoplab('good.yml', '--env', 'CODEBUILD_X=1')).code).toBe(2);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops the build: nothing more of it runs, and nothing is left', async (signal) => {
  const file = buildspec(
    'long.yml',
    `phases:
  build: { commands: ['echo pid $$; sleep 300'], finally: [echo finally ran] }
  post_build: { commands: [echo post ran] }
`,
  );
  const { child, said, closed } = start(file);
  while (!/^pid \d+$/m.test(said.err)) await once(child.stderr, 'data');
  child.kill(signal);
  const { code, out, err } = await closed;
  expect(code).toBe(130);
  expect(out).toContain('! build STOPPED');
  expect(err).not.toMatch(/^(finally|post) ran$/m);
  const pid = Number(/^pid (\d+)$/m.exec(err)?.[1]);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
