import { parseBuildspec } from './read-buildspec.ts';

const problemsOf = (text: string, given: string[] = []): string[] => {
  try {
    parseBuildspec(text, 'b.yml', given);
    return [];
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
};

test('every part of a buildspec is read, scalars as they are written', () => {
  const { buildspec, notHonoured } = parseBuildspec(
    `version: 0.2
env:
  shell: bash
  variables:
    TAG: 010
    ON: yes
  exported-variables: [TAG]
phases:
  install:
    runtime-versions: { nodejs: 20 }
  build:
    on-failure: RETRY-2
    commands:
      - true
      - |
        echo one
        echo two
    finally: ["echo done"]
reports:
  unit: { files: ['**/*.xml'], base-directory: out }
artifacts:
  files: [dist/**/*]
  discard-paths: no
  exclude-paths: dist/*.map
`,
    'b.yml',
  );
  expect(buildspec.env?.variables).toEqual({ TAG: '010', ON: 'yes' });
  expect(buildspec.phases.build).toMatchObject({
    'on-failure': { action: 'RETRY', retries: 2 },
    commands: ['true', 'echo one\necho two\n'],
    finally: ['echo done'],
  });
  expect(buildspec.artifacts).toMatchObject({ 'discard-paths': false, 'exclude-paths': ['dist/*.map'] });
  expect(notHonoured).toEqual([expect.stringMatching(/^b\.yml:10:5: phases\.install\.runtime-versions: not honoured: .* \(Node \d+/)]);
});

test('all problems are named at once, each with its line and column', () => {
  const text = `version: 0.1
env:
  shell: powershell.exe
  variables:
    CODEBUILD_X: 1
    1ST: 2
  exported-variables:
    - AWS_REGION
phases:
  biuld:
    commands: [true]
  build:
    on-failure: GIVE_UP
    commands:
      - echo ok
      - echo a: b
    comands: []
  post_build:
    finally: [true]
reports:
  unit:
    files: []
    file-format: JUNIT
artifacts:
  name: x
`;
  expect(problemsOf(text)).toEqual([
    expect.stringMatching(/^b\.yml:1:1: version: version 0\.1 runs each command in a shell of its own/),
    expect.stringMatching(/^b\.yml:3:3: env\.shell: must be bash or \/bin\/sh/),
    expect.stringMatching(/^b\.yml:5:5: env\.variables\.CODEBUILD_X: begins with CODEBUILD_/),
    expect.stringMatching(/^b\.yml:6:5: env\.variables\.1ST: is no name/),
    expect.stringMatching(/^b\.yml:8:7: env\.exported-variables\.0: begins with AWS_/),
    "b.yml:10:3: phases: there is no 'biuld' here. Did you mean build?",
    expect.stringMatching(/^b\.yml:13:5: phases\.build\.on-failure: 'GIVE_UP' is none of ABORT, CONTINUE, RETRY/),
    expect.stringMatching(/^b\.yml:16:9: phases\.build\.commands\.1: YAML reads this command as a mapping/),
    "b.yml:17:5: phases.build: there is no 'comands' here. Did you mean commands?",
    'b.yml:18:3: phases.post_build: has no commands',
    expect.stringMatching(/^b\.yml:22:5: reports\.unit\.files: must name at least one/),
    expect.stringMatching(/^b\.yml:23:5: reports\.unit\.file-format: must be one of JUNITXML/),
    expect.stringMatching(/^b\.yml:24:1: artifacts\.files|^b\.yml:24:1: artifacts/),
  ]);
});

test.each([
  ['a list', '- a', /^b\.yml:1:1: .*mapping/],
  ['no phases', 'version: 0.2', /^b\.yml:1:1: phases: is missing/],
  ['empty phases', 'version: 0.2\nphases: {}', /^b\.yml:2:1: phases: names no phase/],
  ['bad YAML', 'version: 0.2\nphases: {', /^b\.yml:2:\d+: /],
  ['a key twice', 'version: 0.2\nversion: 0.2\nphases: {build: {commands: [a]}}', /^b\.yml:2:1: .*unique/],
  ['a tab', 'version: 0.2\nphases:\n\tbuild:', /^b\.yml:3:1: /],
  ['commands that are no list', 'version: 0.2\nphases: {build: {commands: make}}', /^b\.yml:2:18: phases\.build\.commands: must be a list/],
  [
    'six report groups',
    `version: 0.2\nphases: {build: {commands: [a]}}\nreports: {${['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}: {files: [x]}`).join(', ')}}`,
    /^b\.yml:3:1: reports: .*at most 5/,
  ],
])('%s is a problem with a place', (_, text, problem) => {
  expect(problemsOf(text)).toEqual([expect.stringMatching(problem)]);
});

test('an empty file lacks a version and phases', () => {
  expect(problemsOf('')).toEqual([expect.stringMatching(/^b\.yml:1:1: version: /), expect.stringMatching(/^b\.yml:1:1: phases: /)]);
});

test('what is in AWS alone is refused, unless the run gives it', () => {
  const text = `version: 0.2
env:
  parameter-store: { TOKEN: /shop/token }
  secrets-manager: { KEY: "shop:key" }
phases: {build: {commands: [a]}}
`;
  expect(problemsOf(text)).toEqual([
    expect.stringMatching(/^b\.yml:3:22: env\.parameter-store\.TOKEN: its value is in AWS \(Systems Manager/),
    expect.stringMatching(/^b\.yml:4:22: env\.secrets-manager\.KEY: its value is in AWS \(Secrets Manager/),
  ]);
  expect(problemsOf(text, ['TOKEN', 'KEY'])).toEqual([]);
  expect(problemsOf(text.replace('phases', '  exported-variables: [KEY]\nphases'), ['TOKEN', 'KEY'])).toEqual([
    expect.stringMatching(/^b\.yml:5:24: env\.exported-variables\.0: 'KEY' is of the secrets-manager/),
  ]);
});

test('what AWS would honour and this does not is told with its place', () => {
  const { notHonoured } = parseBuildspec(
    `version: 0.2
run-as: builder
proxy: { logs: yes }
batch: { fast-fail: false }
phases: {build: {run-as: ada, commands: [a]}}
reports: { c: { files: [x], file-format: CUCUMBERJSON } }
artifacts: { files: [a], s3-prefix: p }
cache: { paths: [node_modules] }
`,
    'b.yml',
  );
  expect(notHonoured.map((line) => line.replace(/not honoured: .*/, ''))).toEqual([
    'b.yml:2:1: run-as: ',
    'b.yml:3:1: proxy: ',
    'b.yml:4:1: batch: ',
    'b.yml:8:1: cache: ',
    'b.yml:5:18: phases.build.run-as: ',
    'b.yml:7:26: artifacts.s3-prefix: ',
    'b.yml:6:29: reports.c.file-format: ',
  ]);
});
