import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { together } from '../.jest/together.ts';
import { CliRuns, checkOf, edit, verdictOf } from './testing/cli-runs.ts';

/** By a stand-in that is called k6 and writes what k6 writes: the real one is not used here. */
const standIn = fileURLToPath(new URL('../experiments/load/testing/k6', import.meta.url));
const path = process.env.PATH ?? '';
const runs = new CliRuns();
beforeAll(() => {
  process.env.PATH = `${standIn}${delimiter}${path}`;
});
afterAll(() => {
  process.env.PATH = path;
  runs.remove();
});
// Its runs begin when the path is set.
const it = together(2);

/** The template with a script of its user's as its load. */
async function scripted(name: string, thresholds: string): Promise<string> {
  expect((await runs.shoplab('new', 'experiment', name)).code).toBe(0);
  const file = join(runs.folder, name, 'experiment.yaml');
  const load = /load:\n( {2}.*\n)+/.exec(readFileSync(file, 'utf8'))?.[0] ?? '';
  edit(file, load, 'load: { k6: ./load.js, service: web, port: 8080, gracefulStop: 5s }\n');
  writeFileSync(
    join(runs.folder, name, 'load.js'),
    `import http from 'k6/http';
export const options = {
  scenarios: { mine: { executor: 'constant-arrival-rate', rate: 80, timeUnit: '1s', duration: '5m', preAllocatedVUs: 100, maxVUs: 100 } },
  thresholds: ${thresholds},
};
export default function () { http.get(__ENV.ORIGIN + '/', { timeout: '5s' }); }
`,
  );
  return `./${name}`;
}

it('an experiment sends its load through k6 where that is asked for, and comes to the same verdict', async () => {
  expect((await runs.shoplab('new', 'experiment', 'mine')).code).toBe(0);
  const passed = await runs.run('through', './mine', '--load', 'k6', '--seed', '7');
  expect(verdictOf(passed)).toMatch(/^0 passed/);
  expect(passed.journal?.command).toBe('shoplab run ./mine --load k6 --seed 7');
  for (const { loads } of passed.journal?.variants ?? [])
    expect(loads[0]).toMatchObject({ executor: 'constant-arrival-rate', settings: { sentBy: 'k6 v0.0.0-stand-in' }, latenessMs: null });
});

it('a script of one’s own is a load, and each of its thresholds a check of the treatment', async () => {
  const thresholds = "{ http_req_duration: ['p(95)<60000', 'max<0'], http_reqs: ['count>10'] }";
  const failed = await runs.run('script', await scripted('script', thresholds));
  expect(verdictOf(failed)).toMatch(/^4 failed: .*k6/);
  const kept = 'k6-http_req_duration-p-95-60000';
  expect(checkOf(failed, 'treatment', kept)).toMatchObject({
    kind: 'criterion',
    result: 'true',
    title: 'k6: http_req_duration p(95)<60000',
  });
  expect(checkOf(failed, 'treatment', 'k6-http_req_duration-max-0')).toMatchObject({ result: 'false', verdict: 'fail' });
  expect(checkOf(failed, 'treatment', 'k6-http_reqs-count-10')).toMatchObject({ result: 'true' });
  expect(checkOf(failed, 'treatment', 'availability')).toMatchObject({ result: 'true' });
  // What a control has to break of them nobody has said.
  const control = failed.journal?.variants.find(({ name }) => name === 'control');
  expect(control?.checks.filter(({ id }) => id.startsWith('k6-'))).toEqual([]);
  expect(control?.measurements).toContainEqual(expect.objectContaining({ id: kept, value: expect.any(Number) }));
  expect(failed.out).toContain('k6: http_req_duration max<0');
});

test('nothing is left of these runs', () => {
  expect(runs.labs()).toEqual([]);
});

test('what makes no sense is told before anything starts', async () => {
  const folder = await scripted('wrong', '{}');
  expect(await runs.shoplab('show', folder)).toMatchObject({ code: 0, out: expect.stringContaining('k6, by the scenarios of its script') });
  expect(await runs.shoplab('run', folder, '--rate', '5')).toMatchObject({ code: 2, err: expect.stringContaining('its load is a script') });
  expect(await runs.shoplab('run', 'liveness', '--load', 'k6', '--k6-image', 'k6')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/--k6-image is for docker and Kubernetes/),
  });
  writeFileSync(join(runs.folder, 'wrong', 'much.bin'), Buffer.alloc(1 << 20));
  expect(await runs.shoplab('run', folder, '--platform', 'docker')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/load\.js is too much for a ConfigMap[\s\S]*a folder of its own/),
  });
  rmSync(join(runs.folder, 'wrong', 'much.bin'));
  edit(join(runs.folder, 'wrong', 'experiment.yaml'), './load.js', './lod.js');
  expect(await runs.shoplab('run', folder)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/experiment\.yaml:\d+:\d+: load\.k6: there is no file .*lod\.js/),
  });
  edit(join(runs.folder, 'wrong', 'experiment.yaml'), 'gracefulStop: 5s', 'gracefulStp: 5s');
  expect(await runs.shoplab('run', folder)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/there is no 'gracefulStp' here\. Did you mean gracefulStop\?/),
  });
});

test('without k6 it is exit code 5, and says what to install', async () => {
  process.env.PATH = '/nowhere';
  try {
    expect(await runs.shoplab('run', 'liveness', '--load', 'k6')).toMatchObject({
      code: 5,
      err: expect.stringMatching(/k6 is not on PATH[\s\S]*install k6; or run on --platform docker .*; or leave --load out/),
    });
    expect(await runs.shoplab('run', await scripted('none', '{}'))).toMatchObject({
      code: 5,
      err: expect.stringMatching(/k6 is not on PATH \(none, whose load is a script for k6\)/),
    });
  } finally {
    process.env.PATH = `${standIn}${delimiter}${path}`;
  }
});
