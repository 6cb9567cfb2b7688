import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { together } from '../.jest/together.ts';
import type { Journal } from '../experiments/engine/journal.ts';
import { CliRuns, checkOf, edit, verdictOf } from './testing/cli-runs.ts';
import { retold } from './testing/retold.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const runs = new CliRuns();
const it = together(2);
afterAll(() => runs.remove());

/** The built CLI in the folder of the runs. */
const shoplab = (...words: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'dist/cli/bin.js'), ...words], { cwd: runs.folder }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });

it('the template is made, shown, and passes as it stands; with its mechanism removed it fails', async () => {
  const made = await shoplab('new', 'experiment', 'mine');
  expect(made).toMatchObject({ code: 0, out: expect.stringContaining('shoplab run ./mine') });
  const again = await shoplab('new', 'experiment', 'mine');
  expect(again).toMatchObject({ code: 2, err: expect.stringMatching(/has app\.mjs, experiment\.yaml, .* already/) });
  expect(await shoplab('show', './mine')).toMatchObject({
    code: 0,
    out: expect.stringContaining('inject fault pod-gone (pod-delete, Pod app=web)'),
  });

  const passed = await runs.run('template', './mine', '--seed', '7');
  expect(verdictOf(passed)).toMatch(/^0 passed/);
  expect(passed.journal?.command).toBe('shoplab run ./mine --seed 7');
  expect(checkOf(passed, 'control', 'availability')).toMatchObject({ result: 'false' });
  expect(checkOf(passed, 'treatment', 'availability')).toMatchObject({ result: 'true' });

  edit(join(runs.folder, 'mine/manifests/treatment/kustomization.yaml'), 'count: 2', 'count: 1');
  const failed = await runs.run('removed', './mine/experiment.yaml');
  expect(verdictOf(failed)).toMatch(/^4 failed/);
});

it('a run that passes fails all the same where it is worse than its baseline beyond chance', async () => {
  expect((await shoplab('new', 'experiment', 'slower')).code).toBe(0);
  const latency = '  - latency: { during: pod-gone, until: recovered, percentile: 95, atMost: 3s }\n    control: holds\n';
  edit(join(runs.folder, 'slower/experiment.yaml'), '  - state: {', `${latency}  - state: {`);
  const before = await runs.run('before', './slower', '--seed', '7');
  expect(verdictOf(before)).toMatch(/^0 passed/);
  edit(join(runs.folder, 'slower/app.mjs'), 'response.end(', 'setTimeout(() => response.end(');
  edit(join(runs.folder, 'slower/app.mjs'), "'hello'}\\n`);", "'hello'}\\n`), 250);");
  const baseline = runs.reportFolder('before');
  const after = await runs.run('after', './slower', '--seed', '7', '--baseline', baseline);
  expect(after.journal?.outcome).toBe('passed');
  expect(after.out).toMatch(/p95.*worse|worse.*p95/s);
  expect(after.code).toBe(4);

  const foreign = await shoplab('run', 'liveness', '--baseline', baseline);
  expect(foreign).toMatchObject({ code: 2, err: expect.stringContaining(`the baseline ${baseline} has none of liveness`) });
});

it('an express app of npm, on manifests of its own, twice: judged together, each run with its own report', async () => {
  const foreign = await runs.run('foreign', join(root, 'cli/testing/json-server'), '--repeat', '2', '--seed', '3');
  expect(verdictOf(foreign)).toMatch(/^0 passed: .* \(2 runs: 2 passed\)$/);
  expect(foreign.journal?.command).toMatch(/ --repeat 2 --seed 3$/);
  expect(foreign.journal?.pooled?.runs.map(({ seed }) => seed)).toEqual([3, 4]);
  const trials = ['1', '2'].map((run) => {
    const journal = JSON.parse(readFileSync(join(runs.reportFolder('foreign'), 'runs', run, 'json-server.json'), 'utf8')) as Journal;
    return checkOf({ ...foreign, journal }, 'treatment', 'availability').sample?.trials ?? 0;
  });
  expect(checkOf(foreign, 'treatment', 'availability').sample?.trials).toBe((trials[0] ?? 0) + (trials[1] ?? 0));
  retold(runs.reportFolder('foreign'));
});

test('nothing is left of these runs', () => {
  expect(runs.labs()).toEqual([]);
});

test('a bad file is exit code 2 with its places; images of a file need a lab that has them', async () => {
  expect((await shoplab('new', 'experiment', 'bad')).code).toBe(0);
  edit(join(runs.folder, 'bad/experiment.yaml'), 'rate: 80', 'rat: 60');
  const bad = await shoplab('run', './bad');
  expect(bad).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(/bad\/experiment\.yaml:\d+:\d+: load: there is no 'rat' here\. Did you mean rate\?/),
  });
  const both = await shoplab('run', './bad', '--manifests', 'x', '--json');
  expect(both.code).toBe(2);
  expect(JSON.parse(both.out)).toMatchObject({ error: { exitCode: 2 } });
});

test('the JSON Schema knows every part', async () => {
  const { code, out } = await shoplab('schema', 'experiment');
  expect(code).toBe(0);
  const schema = JSON.parse(out);
  expect(schema.required).toEqual(
    expect.arrayContaining(['name', 'hypothesis', 'control', 'treatment', 'blastRadius', 'load', 'method', 'criteria']),
  );
  expect(out).toContain('pod-delete');
});
