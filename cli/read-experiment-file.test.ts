import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeExperiment } from './describe-experiment.ts';
import { newExperiment } from './new-experiment.ts';
import { readExperimentFile } from './read-experiment-file.ts';

const home = mkdtempSync(join(tmpdir(), 'experiment-file-'));
const folder = join(home, 'mine');
beforeAll(() => void newExperiment(folder));
afterAll(() => rmSync(home, { recursive: true }));

const template = (): string => readFileSync(join(folder, 'experiment.yaml'), 'utf8');

/** What is said of a text, by the line that the problem is in: `steadyState.0: …`. */
async function problemsOf(text: string): Promise<string[]> {
  const file = join(folder, 'changed.yaml');
  writeFileSync(file, text);
  const error = await readExperimentFile(file).then(
    () => undefined,
    (reason: Error) => reason,
  );
  const lines = text.split('\n');
  return (error?.message ?? '')
    .split('\n')
    .slice(1)
    .map((line) => {
      const [, at = '', column = '', message = ''] = /changed\.yaml:(\d+):(\d+): (.*)$/.exec(line) ?? [];
      return `${(lines[Number(at) - 1] ?? '').slice(Number(column) - 1)} | ${message}`;
    });
}

test('the template is an experiment with all its parts; the folder means its file', async () => {
  const { experiment, folder: base, imagesFile } = await readExperimentFile(folder);
  expect({ base, imagesFile }).toEqual({ base: folder, imagesFile: join(folder, 'images.yaml') });
  expect(experiment).toMatchObject({
    name: 'mine',
    blastRadius: { services: ['web'], maxDurationMs: 60_000 },
    variants: { control: { overlay: 'manifests/control' }, treatment: { overlay: 'manifests/treatment' } },
    load: { executor: 'constant-arrival-rate', rate: 80, request: { method: 'GET', path: '/', timeoutMs: 5000 }, expectStatuses: [200] },
    method: [{ do: 'wait', durationMs: 1000 }, { do: 'inject' }, { do: 'await', id: 'recovered', timeoutMs: 30_000 }, { do: 'wait' }],
  });
  expect(describeExperiment(experiment).join('\n')).toMatch(/inject fault pod-gone \(pod-delete, Pod app=web\)/);
});

test.each([
  [
    'a word too many',
    'rate: 80',
    'rat: 60',
    ['load: | load.rate: is missing (is a number)', "rat: 60 | load: there is no 'rat' here. Did you mean rate?"],
  ],
  ['a rate of users', 'executor: constant-arrival-rate', 'executor: constant-vus', [/load\.vus: is missing/, /there is no 'rate' here/]],
  [
    'a placeholder that is none',
    'path: / }',
    "path: '/{{guid}}' }",
    [/\| load\.request: \{\{guid\}\} is not known; there are \{\{uuid\}\}/],
  ],
  ['rows of no file', 'rate: 80', 'rate: 80\n  data: nowhere.csv', [/data: nowhere\.csv \| load\.data: there is no file .*nowhere\.csv/]],
  ['a number as a text', 'rate: 80', 'rate: "80"', ['rate: "80" | load.rate: is a number']],
  ['a load of nothing', 'rate: 80', 'rate: 0', ['rate: 0 | load.rate: is above 0']],
  [
    'an executor of another tool',
    'constant-arrival-rate',
    'per-vu-iterations',
    [/executor: .* \| load\.executor: is one of constant-arrival-rate, ramping-arrival-rate, constant-vus, ramping-vus/],
  ],
  ['a duration without a unit', 'wait: 1s', 'wait: 2', [/wait: 2 \| method\.0\.wait: is a duration, for example 500ms/]],
  [
    'a fault that is none',
    'fault: pod-delete',
    'fault: pod-explode',
    [/fault: pod-explode.* \| method\.1\.inject\.fault: is one of pod-delete, container-kill, /],
  ],
  [
    'an option of another fault',
    'service: web }\n  - await',
    'service: web, toxics: [] }\n  - await',
    [/toxics: .* \| method\.1\.inject: there is no 'toxics' here\. Choose one of: /],
  ],
  [
    'a rollout of nothing',
    'fault: pod-delete, id: pod-gone, service: web',
    'fault: rollout, id: pod-gone, deployment: web',
    [/fault: rollout.* \| method\.1\.inject: changes nothing: give image, env or annotations/],
  ],
  [
    'a step that is none',
    '- wait: 1s\n    title: all is well\n',
    '- sleep: 2s\n',
    [/sleep: 2s \| method\.0: is one of: wait: 3s; inject: /],
  ],
  ['a step without its limit', '    within: 30s\n', '', [/\| method\.2\.within: is missing \(is a duration/]],
  [
    'a probe with a slip',
    'path: /ready }\n  - av',
    'pth: /ready }\n  - av',
    [/pth: .* \| steadyState\.0\.http: there is no 'pth' here\. Did you mean path\?/],
  ],
  ['a probe that is none', 'http: { service: web, port: 8080, path: /ready }', 'tcp: {}', [/tcp: .* \| steadyState\.0: is one of: http: /]],
  [
    'a share that nothing proves',
    'atLeast: 95',
    'atLeast: 100',
    [/atLeast: 100 .* \| criteria\.0\.availability\.atLeast: is a percentage below 100: no number of requests/],
  ],
  ['a share above all', 'atLeast: 95', 'atLeast: 950', [/atLeast: 950 .* \| criteria\.0\.availability\.atLeast: is a percentage/]],
  [
    'a criterion about no fault',
    'during: pod-gone',
    'during: pod-lost',
    [/during: pod-lost.* \| criteria\.0\.availability\.during: the method has no fault pod-lost, but pod-gone/],
  ],
  [
    'an end that never comes',
    'until: recovered',
    'until: healed',
    [/until: healed.* \| criteria\.0\.availability\.until: no await of the method has the id healed, but recovered/],
  ],
  [
    'a fault that the control is spared',
    'inject: { fault: pod-delete, id: pod-gone, service: web }',
    'inject: { fault: pod-delete, id: pod-gone, service: web }\n    only: treatment',
    [/availability: .* \| criteria\.0\.availability: is about what the method does in the treatment alone .*, which has to fail/],
  ],
  [
    'a fault that the treatment is spared',
    'inject: { fault: pod-delete, id: pod-gone, service: web }',
    'inject: { fault: pod-delete, id: pod-gone, service: web }\n    only: control',
    [/availability: .* \| criteria\.0\.availability: is about what the method does in the control alone .*, which has to hold/],
  ],
  ['no way to fail', 'control: fails', 'control: holds', [/criteria: \| criteria: none is expected to fail in the control/]],
  [
    'a reach beyond',
    'services: [web]',
    'services: [db]',
    [/inject: .* \| method\.1\.inject: touches web, which is not among blastRadius\.services \(db\)/],
  ],
  [
    'no manifests there',
    'manifests: manifests/control',
    'manifests: manifests/contrl',
    [/manifests: manifests\/contrl \| control\.manifests: .*contrl/],
  ],
  ['no images there', 'images: images.yaml', 'images: image.yaml', [/images: image\.yaml \| images: there is no file .*image\.yaml/]],
  [
    'a Service that the manifests do not have',
    'request: { service: web,',
    'request: { service: wbe,',
    [
      /request: .* \| load\.request: there is no Service wbe \(Did you mean web\?\) in the manifests of control \(manifests\/control\)/,
      /request: .* \| load\.request: there is no Service wbe .* of treatment/,
    ],
  ],
  [
    'a port that it has not',
    'port: 8080, path: / }',
    'port: 80, path: / }',
    [/\| load\.request: Service web has no port 80, but 8080 in/, /treatment/],
  ],
  ['no mapping', /[\s\S]*/, '- a', [/- a \| an experiment is a mapping that begins with name: /]],
  ['no YAML', 'tags: [mine]', 'tags: [mine', [/\| .*/]],
] as [string, string | RegExp, string, (string | RegExp)[]][])('%s is named with its place', async (_what, from, to, expected) => {
  const text = template();
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  const problems = await problemsOf(changed);
  expect(problems).toEqual(expected.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))));
});

test('all problems come at once, in the order of the file', async () => {
  const text = template()
    .replace('rate: 80', 'rate: -1')
    .replace('wait: 1s', 'wait: soon')
    .replace('control: fails', 'control: maybe')
    .replace('hypothesis: web', 'hypotesis: web');
  const problems = await problemsOf(text);
  expect(problems.map((line) => line.split(' | ')[1]?.split(':')[0])).toEqual([
    'hypothesis',
    "there is no 'hypotesis' here. Did you mean hypothesis?",
    'load.rate',
    'method.0.wait',
    'criteria.0.control',
  ]);
});

test('what cannot be read is told with what to do', async () => {
  await expect(readExperimentFile(join(home, 'none.yaml'))).rejects.toMatchObject({
    message: expect.stringContaining('cannot be read'),
    hint: expect.stringContaining('shoplab new experiment'),
  });
});

test('users instead of a rate, and rows for what they say', async () => {
  writeFileSync(join(folder, 'products.csv'), 'product\n7\n8\n');
  const path = join(folder, 'users.yaml');
  const users = 'executor: ramping-vus\n  startVUs: 2\n  stages: [{target: 9, duration: 10s}]\n  data: products.csv';
  const text = template()
    .replace('executor: constant-arrival-rate', users)
    .replace(/^ {2}rate: 80.*\n/m, '')
    .replace('path: / }', "path: '/{{csv.product}}' }");
  writeFileSync(path, text);
  const { experiment } = await readExperimentFile(path);
  expect(experiment.load).toMatchObject({
    ...{ executor: 'ramping-vus', rate: null, maxVUs: 9, rows: [{ product: '7' }, { product: '8' }] },
    vuRamp: { startVUs: 2, stages: [{ target: 9, durationMs: 10_000 }] },
  });
  expect(describeExperiment(experiment).join('\n')).toContain('ramping-vus, from 2 VUs in 10 s to 9: GET web:');
});
