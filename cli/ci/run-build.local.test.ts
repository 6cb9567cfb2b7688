import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildResult } from './build-result.ts';
import { parseBuildspec, readBuildspec } from './read-buildspec.ts';
import { type BuildOptions, runBuild } from './run-build.ts';

let source: string;
let lines: string[];
beforeEach(() => {
  source = realpathSync(mkdtempSync(join(tmpdir(), 'shoplab-build-test-')));
  lines = [];
});
afterEach(() => rmSync(source, { recursive: true }));

function build(text: string, more: Partial<BuildOptions> = {}): Promise<BuildResult> {
  const { buildspec, notHonoured } = parseBuildspec(`version: 0.2\n${text}`, 'b.yml', Object.keys(more.given ?? {}));
  return runBuild({
    buildspec,
    file: 'b.yml',
    warnings: notHonoured,
    source,
    output: join(source, 'out'),
    machine: { PATH: process.env.PATH, FROM_MACHINE: 'yes' },
    signal: new AbortController().signal,
    timeoutMs: 120_000,
    observe: (event) => void (event.type === 'output' && lines.push(event.line)),
    ...more,
  });
}
const states = ({ phases }: BuildResult): string => phases.map(({ name, status }) => `${name} ${status}`).join(', ');

test('all phases run in order, in one state', async () => {
  const result = await build(`
env: { variables: { WHO: world }, exported-variables: [GREETING, UNSET] }
phases:
  install: { commands: [mkdir deep, cd deep] }
  pre_build: { commands: ['GREETING="hello $WHO"'] }
  build: { commands: ['echo "$GREETING"', pwd, printenv FROM_MACHINE] }
  post_build: { commands: ['echo $CODEBUILD_BUILD_SUCCEEDING', 'printenv CODEBUILD_SRC_DIR'] }
`);
  expect(result.status).toBe('SUCCEEDED');
  expect(states(result)).toBe(
    'INSTALL SUCCEEDED, PRE_BUILD SUCCEEDED, BUILD SUCCEEDED, POST_BUILD SUCCEEDED, UPLOAD_ARTIFACTS SUCCEEDED, FINALIZING SUCCEEDED',
  );
  expect(lines).toEqual(['hello world', join(source, 'deep'), 'yes', '1', source]);
  expect(result.exportedVariables).toEqual({ GREETING: 'hello world' });
});

test('a failed BUILD: its finally and POST_BUILD run, artifacts and reports are collected, the build has failed', async () => {
  const result = await build(`
phases:
  build:
    commands:
      - echo '<testsuite><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite>' > unit.xml
      - (exit 4)
      - echo not reached
    finally: ['echo finally $CODEBUILD_BUILD_SUCCEEDING', 'false', 'echo not reached either']
  post_build: { commands: ['echo post $CODEBUILD_BUILD_SUCCEEDING'] }
reports: { unit: { files: [unit.xml] }, none: { files: [none.xml] } }
artifacts: { files: ['*.xml'], name: 'build-$(echo 7)' }
`);
  expect(result.status).toBe('FAILED');
  expect(lines).toEqual(['finally 0', 'post 0']);
  const failed = result.phases.find(({ name }) => name === 'BUILD');
  expect(failed).toMatchObject({
    status: 'FAILED',
    context: { statusCode: 'COMMAND_EXECUTION_ERROR', message: 'Error while executing command: (exit 4). Reason: exit status 4' },
  });
  expect(failed?.commands.map(({ block, exitCode }) => `${block} ${exitCode}`)).toEqual([
    'commands 0',
    'commands 4',
    'finally 0',
    'finally 1',
  ]);
  expect(result.reports).toMatchObject([{ group: 'unit', files: ['unit.xml'], tests: { tests: 2, failed: 1, errored: 0, skipped: 0 } }]);
  expect(result.warnings).toEqual([expect.stringContaining('report group none: no report file found')]);
  expect(result.artifacts).toMatchObject([{ name: 'build-7', files: 1 }]);
  expect(existsSync(join(source, 'out/artifacts/build-7/unit.xml'))).toBe(true);
});

test.each([
  ['install', 'INSTALL FAILED, FINALIZING SUCCEEDED'],
  ['pre_build', 'INSTALL SUCCEEDED, PRE_BUILD FAILED, FINALIZING SUCCEEDED'],
])('after a failed %s nothing but its finally runs', async (phase, expected) => {
  const result = await build(`
phases:
  ${phase}: { commands: [false], finally: [echo finally] }
  build: { commands: [echo build] }
  post_build: { commands: [echo post] }
artifacts: { files: ['*'] }
`);
  expect(states(result)).toBe(expected);
  expect({ lines, status: result.status, artifacts: result.artifacts }).toEqual({ lines: ['finally'], status: 'FAILED', artifacts: [] });
});

test('a finally that fails fails its phase', async () => {
  const result = await build('phases: { pre_build: { commands: [true], finally: [false] }, build: { commands: [echo build] } }');
  expect(states(result)).toContain('PRE_BUILD FAILED');
  expect(lines).toEqual([]);
});

test('on-failure ABORT keeps POST_BUILD from running, CONTINUE goes on and the build has failed all the same', async () => {
  const aborted = await build('phases: { build: { on-failure: ABORT, commands: [false] }, post_build: { commands: [echo post] } }');
  expect(states(aborted)).not.toContain('POST_BUILD');
  const continued = await build('phases: { install: { on-failure: CONTINUE, commands: [false] }, build: { commands: [echo build] } }');
  expect(states(continued)).toContain('INSTALL FAILED, PRE_BUILD SUCCEEDED, BUILD SUCCEEDED');
  expect(continued.status).toBe('FAILED');
  expect(lines).toEqual(['build']);
});

test('on-failure RETRY begins the whole build anew, in the state of its beginning', async () => {
  const result = await build(`
phases:
  install: { commands: ['A=\${A}x'] }
  build:
    on-failure: RETRY-2-.*not yet.*
    commands: ['echo "$A $(pwd)"', 'echo x >> tries; cd /; [ $(wc -l < $CODEBUILD_SRC_DIR/tries) = 3 ] || { echo not yet; exit 1; }']
`);
  expect(result.status).toBe('SUCCEEDED');
  expect(lines).toEqual([`x ${source}`, 'not yet', `x ${source}`, 'not yet', `x ${source}`]);
  expect(result.phases.filter(({ name }) => name === 'BUILD').map(({ retry, status }) => [retry, status])).toEqual([
    [0, 'FAILED'],
    [1, 'FAILED'],
    [2, 'SUCCEEDED'],
  ]);
  const other = await build('phases: { install: { on-failure: RETRY-.*never.*, commands: [false] } }');
  expect(states(other)).toBe('INSTALL FAILED, FINALIZING SUCCEEDED');
});

test('artifacts that match nothing fail the build', async () => {
  const result = await build('phases: { build: { commands: [true] } }\nartifacts: { files: [dist/app.jar] }');
  expect(result.status).toBe('FAILED');
  expect(result.phases.find(({ name }) => name === 'UPLOAD_ARTIFACTS')?.context).toEqual({
    statusCode: 'CLIENT_ERROR',
    message: 'no matching artifact paths found for artifacts: dist/app.jar',
  });
});

test('the start of the build goes before the project, both before the buildspec', async () => {
  await build(
    `
env: { variables: { A: buildspec, B: buildspec, C: buildspec }, parameter-store: { TOKEN: /t } }
phases: { build: { commands: ['echo $A $B $C $TOKEN'] } }
`,
    { project: { B: 'project', C: 'project' }, given: { C: 'given', TOKEN: 'secret' } },
  );
  expect(lines).toEqual(['buildspec project given secret']);
});

test('a shell that is not there cannot run anything', async () => {
  await expect(build('phases: { build: { commands: [true] } }', { machine: { PATH: '/nowhere' } })).rejects.toThrow(/sh/);
});

const alive = (pid: number): boolean => {
  try {
    return !/^[ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, ''));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};

test('what a build left running ends with it, also where it hid in a session of its own', async () => {
  const result = await build(`
phases:
  build:
    commands:
      - sleep 300 & echo $!
      - setsid sh -c 'echo $$ > pid; exec sleep 300' & until [ -s pid ]; do sleep 0.01; done; cat pid
`);
  expect(result.status).toBe('SUCCEEDED');
  expect(result.warnings).toEqual([expect.stringContaining('left')]);
  expect(lines).toHaveLength(2);
  expect(lines.map(Number).filter(alive)).toEqual([]);
});

test.each([
  ['STOPPED', (abort: () => void) => abort(), 120_000],
  ['TIMED_OUT', () => undefined, 600],
])('a build that is %s runs nothing more, not even finally, and leaves nothing', async (status, onOutput, timeoutMs) => {
  const stopping = new AbortController();
  const result = await build(
    `
phases:
  build: { commands: ['trap "" TERM; sleep 300 & echo $!; wait'], finally: [echo finally] }
  post_build: { commands: [echo post] }
artifacts: { files: ['*'] }
`,
    {
      signal: stopping.signal,
      timeoutMs,
      observe: (event) => {
        if (event.type !== 'output') return;
        lines.push(event.line);
        onOutput(() => stopping.abort());
      },
    },
  );
  expect(result.status).toBe(status);
  expect(states(result)).toBe(`INSTALL SUCCEEDED, PRE_BUILD SUCCEEDED, BUILD ${status}`);
  expect(lines.filter((line) => !/^\d+$/.test(line))).toEqual([]);
  expect(lines.map(Number).filter(alive)).toEqual([]);
});

test.each(['product', 'order', 'delivery'])('the buildspec of the shop makes names that Kubernetes takes: %s', async (service) => {
  const own = readBuildspec(fileURLToPath(new URL('../../manifests/buildspec.yml', import.meta.url)));
  expect(own.notHonoured).toEqual([expect.stringContaining('runtime-versions')]);
  const { pre_build } = own.buildspec.phases;
  const result = await runBuild({
    buildspec: {
      ...own.buildspec,
      phases: { pre_build, build: { commands: ['echo "$CANDIDATE"; echo "$IMAGE"'] } },
      artifacts: undefined,
      reports: undefined,
    },
    file: 'b.yml',
    source,
    output: join(source, 'out'),
    machine: { PATH: process.env.PATH },
    given: { SERVICE: service, VERSION: '1.2.3' },
    signal: new AbortController().signal,
    timeoutMs: 120_000,
    observe: (event) => void (event.type === 'output' && lines.push(event.line)),
  });
  expect(result.status).toBe('SUCCEEDED');
  expect(lines).toEqual([expect.stringMatching(new RegExp(`^${service}-candidate-[0-9a-f]{12}$`)), `shoplab/${service}:1.2.3`]);
});
