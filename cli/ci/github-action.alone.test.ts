import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { parse } from 'yaml';
import { CliRuns, edit } from '../testing/cli-runs.ts';

interface Step {
  name?: string;
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
}
interface Action {
  inputs: Record<string, { default: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: Step[] };
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const action = parse(readFileSync(join(root, '.github/actions/shoplab/action.yml'), 'utf8')) as Action;
const runs = new CliRuns();
afterAll(() => runs.remove());

/** What a job sees of the action. */
interface Job {
  failed: boolean;
  log: string;
  summary: string;
  exitCode: string;
  /** Names of the steps that were run. */
  ran: string[];
}

/**
 * Runs the steps of the composite as a runner does: each in a bash of its own that ends at the first error, its outputs by a file, what comes
 * after a failed step only where it says `always()`. Not those of other actions, and not the installation: `shoplab` is the build.
 */
async function job(name: string, given: Record<string, string>): Promise<Job> {
  const folder = join(runs.folder, name);
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'shoplab'), `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'dist/cli/bin.js')}" "$@"\n`);
  chmodSync(join(bin, 'shoplab'), 0o755);
  const inputs = Object.fromEntries(Object.entries(action.inputs).map(([input, { default: value }]) => [input, given[input] ?? value]));
  const outputs: Record<string, string> = {};
  const filled = (text: string): string =>
    text.replace(
      /\$\{\{ (inputs|steps\.run\.outputs)\.([\w-]+) \}\}/g,
      (_all, of, key) => (of === 'inputs' ? inputs[key] : outputs[key]) ?? '',
    );
  const [summaryFile, outputFile] = [join(folder, 'summary.md'), join(folder, 'output')];
  const { FORCE_COLOR: _, NODE_OPTIONS: __, ...env } = process.env;
  const seen: Job = { failed: false, log: '', summary: '', exitCode: '', ran: [] };
  for (const step of action.runs.steps) {
    if (step.run === undefined || step.name === 'Install shoplab') continue;
    if (seen.failed && !step.if?.includes('always()')) continue;
    writeFileSync(outputFile, '');
    const { exitCode, stdout } = await execa('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step.run], {
      cwd: runs.folder,
      reject: false,
      extendEnv: false,
      env: {
        ...env,
        PATH: `${bin}${delimiter}${env.PATH}`,
        XDG_STATE_HOME: runs.state,
        GITHUB_OUTPUT: outputFile,
        GITHUB_STEP_SUMMARY: summaryFile,
        ...Object.fromEntries(Object.entries(step.env ?? {}).map(([key, value]) => [key, filled(value)])),
      },
    });
    seen.log += `${stdout}\n`;
    seen.ran.push(step.name ?? '');
    seen.failed ||= exitCode !== 0;
    for (const line of readFileSync(outputFile, 'utf8').split('\n').filter(Boolean)) {
      const [key = '', value = ''] = line.split('=');
      outputs[key] = value;
    }
  }
  return {
    ...seen,
    summary: existsSync(summaryFile) ? readFileSync(summaryFile, 'utf8') : '',
    exitCode: filled(action.outputs['exit-code']?.value ?? ''),
  };
}

test('it is a composite whose steps of other actions are those of GitHub itself', () => {
  expect(action.runs.using).toBe('composite');
  expect(action.runs.steps.flatMap(({ uses }) => uses ?? [])).toEqual(['actions/setup-node@v4', 'actions/upload-artifact@v4']);
  const install = action.runs.steps.find(({ name }) => name === 'Install shoplab');
  expect(install?.run).toBe('npm install --global --no-fund --no-audit "$PACKAGE"');
});

test('a job passes, with a summary; one whose mechanism is gone fails, with an annotation at the check', async () => {
  expect((await runs.shoplab('new', 'experiment', 'mine')).code).toBe(0);
  const passed = await job('passed', { experiments: './mine', arguments: '--seed 7', 'report-dir': 'report-passed' });
  expect(passed).toMatchObject({ failed: false, exitCode: '0', ran: ['Run the experiments', 'Say what was seen', 'Decide'] });
  expect(passed.log).toContain('::notice title=mine%3A passed::');
  expect(passed.summary).toContain('mine');
  expect(passed.summary).toMatch(/\|.*\|/);

  edit(join(runs.folder, 'mine/manifests/treatment/kustomization.yaml'), 'count: 2', 'count: 1');
  const failed = await job('failed', { experiments: './mine', arguments: '--seed 7', 'report-dir': 'report-failed' });
  expect(failed).toMatchObject({ failed: true, exitCode: '4', ran: ['Run the experiments', 'Say what was seen', 'Decide'] });
  expect(failed.log).toMatch(/^::error title=mine%2C treatment%3A web answers while a Pod is replaced::.*lost|answered/m);
  expect(failed.summary).toContain('failed');
  for (const file of ['html', 'json', 'xml', 'md']) expect(existsSync(join(runs.folder, `report-failed/mine.${file}`))).toBe(true);
}, 240_000);

test('what could not begin has said why, and leaves no report to tell of', async () => {
  const wrong = await job('wrong', { experiments: './nowhere.yaml', 'report-dir': 'report-wrong' });
  expect(wrong).toMatchObject({ failed: true, exitCode: '2', summary: '', ran: ['Run the experiments', 'Say what was seen', 'Decide'] });
});

test('an inconclusive run is a warning, and no failure where a job is to fail on findings alone', async () => {
  edit(join(runs.folder, 'mine/manifests/treatment/kustomization.yaml'), 'count: 1', 'count: 2');
  const few = { experiments: './mine', arguments: '--rate 5 --seed 7', 'report-dir': 'report-few', 'fail-on': 'failed' };
  const lenient = await job('lenient', few);
  expect(lenient).toMatchObject({ failed: false, exitCode: '0' });
  expect(lenient.log).toContain('::warning title=mine%3A inconclusive::');
}, 240_000);
