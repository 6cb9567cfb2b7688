// Runs the tests of one cost: `test.mjs` (pure and local), `test.mjs docker`, `test.mjs kind`, `test.mjs stories`, `test.mjs matrix`, `test.mjs workshop`; more words go to jest.
// What judges by speed (`.alone.`) runs after the rest and one file at a time: beside others it would say of the machine what it is to say of the lab.
// The last line is the runners' own counts; SHOPLAB_COUNTS names a file to which they are added for .ci/run.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withKindLabs } from './kind-labs.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [cost, ...rest] = process.argv.slice(2);
const dear = ['docker', 'kind', 'stories', 'matrix', 'workshop'].includes(cost ?? '');
const words = dear ? rest : process.argv.slice(2);
let interrupted = false;
const run = (command, args, env = {}) => {
  const { status, signal } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  interrupted ||= signal === 'SIGINT' || status === 130;
  return status ?? 1;
};
const bin = (name) => join(root, 'node_modules/.bin', name);

const rooms = ['cli', 'cluster', 'shop', 'experiments', 'reports'].filter((room) => existsSync(join(root, room)));

const counts = { passed: 0, failed: 0, skipped: 0 };
const check = (name, status) => {
  counts[status === 0 ? 'passed' : 'failed'] += 1;
  console.log(`${status === 0 ? 'ok' : 'FAILED'}: ${name}`);
};
if (!dear && words.length === 0) {
  check('biome', run(bin('biome'), ['check', '--error-on-warnings', '.']));
  check('import rule', run(bin('depcruise'), ['--config', '.dependency-cruiser.cjs', ...rooms]));
}
const inTurn = '--runInBand';
if (cost === 'kind' || cost === 'stories') {
  const left = withKindLabs((env) => test([`--testRegex=\\.${cost}\\.test\\.ts$`, inTurn, '--verbose'], env));
  for (const one of left) console.log(`left behind: ${one}`);
  check('the clusters are gone', left.length === 0 ? 0 : 1);
} else if (dear) test([`--testRegex=\\.${cost}\\.test\\.ts$`, inTurn]);
else {
  // What is asked for may be of one kind alone.
  const some = words.length > 0 ? ['--passWithNoTests'] : [];
  test(['--testRegex=(?<!\\.(alone|docker|kind|stories|matrix|workshop))\\.test\\.ts$', ...some]);
  test(['--testRegex=\\.alone\\.test\\.ts$', inTurn, ...some]);
}

/** Runs jest and adds what it counted. */
function test(pattern, env = {}) {
  if (interrupted) return;
  const scratch = mkdtempSync(join(tmpdir(), 'shoplab-counts-'));
  const json = join(scratch, 'jest.json');
  const skips = join(scratch, 'skips');
  const status = run(
    process.execPath,
    [join(root, 'node_modules/jest/bin/jest.js'), ...pattern, '--json', `--outputFile=${json}`, ...words],
    {
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
      SHOPLAB_TEST_COST: cost && dear ? cost : 'local',
      SHOPLAB_TEST_SKIPS: skips,
      ...env,
    },
  );
  const result = existsSync(json) ? JSON.parse(readFileSync(json, 'utf8')) : undefined;
  // Tests that found in the middle that they can show nothing here; jest counts them as passed.
  const shownNothing = existsSync(skips)
    ? readFileSync(skips, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];
  for (const { name, reason } of shownNothing) console.log(`skipped: ${name}: ${reason}`);
  rmSync(scratch, { recursive: true });
  for (const suite of result?.testResults ?? []) {
    for (const one of suite.assertionResults) if (['pending', 'todo'].includes(one.status)) console.log(`skipped: ${one.fullName}`);
  }
  const broken = result ? (result.numRuntimeErrorTestSuites ?? 0) : 1;
  // A leak found after the last test makes jest fail with every test passed: it is one failure more.
  const leaked = result && status !== 0 && result.numFailedTests === 0 && broken === 0 ? 1 : 0;
  counts.passed += (result?.numPassedTests ?? 0) - (result ? shownNothing.length : 0);
  counts.failed += (result?.numFailedTests ?? 0) + broken + leaked;
  counts.skipped += (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0) + (result ? shownNothing.length : 0);
}

if (process.env.SHOPLAB_COUNTS) appendFileSync(process.env.SHOPLAB_COUNTS, `${JSON.stringify(counts)}\n`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 ? 1 : 0);
