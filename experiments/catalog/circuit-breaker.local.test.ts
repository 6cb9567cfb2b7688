import { join } from 'node:path';
import { CliRuns, checkOf, edit, verdictOf } from '../../cli/testing/cli-runs.ts';

const runs = new CliRuns();
afterAll(() => runs.remove());

// Enough orders in a shorter fault: more than 420 while delivery is slow, 381 are needed.
const brisk = ['--duration', '10s'];
// What is asked of the breaker takes few.
const few = ['--duration', '6s'];
const overlay = (folder: string, variant: string) => join(folder, 'overlays/circuit-breaker', variant, 'kustomization.yaml');

test('circuit-breaker passes: calls pile up without it, with it orders are taken and the breaker goes through its states', async () => {
  const ended = await runs.run('passed', 'circuit-breaker', ...brisk);
  expect(verdictOf(ended)).toMatch(/^0 passed: /);
  const results = (variant: 'control' | 'treatment', ids: string[]) => ids.map((id) => `${id} ${checkOf(ended, variant, id).result}`);
  const claims = ['availability', 'latency-p95', 'calls-keep-up', 'breaker-cycles', 'short-circuited'];
  expect(results('control', claims)).toEqual(claims.map((id) => `${id} false`));
  const whole = [...claims, 'opening', 'closing', 'half-open-probes', 'exactly-once', 'bit-delivery-slow'];
  expect(results('treatment', whole)).toEqual(whole.map((id) => `${id} true`));
  const treatment = ended.journal?.variants.find(({ name }) => name === 'treatment');
  const states = treatment?.series.find(({ id }) => id === 'breaker-state');
  expect(states?.levels).toEqual(['closed', 'half-open', 'open']);
  expect(states?.points.map(([, level]) => level)).toEqual(expect.arrayContaining([0, 1, 2]));
  expect(treatment?.windows?.map(({ id }) => id)).toEqual(['opening', 'closing']);
  expect(runs.labs()).toEqual([]);
}, 300_000);

test('it fails where the breaker never opens, although time-out and fallback hold', async () => {
  const manifests = runs.sabotaged('never-opens', (folder) =>
    edit(overlay(folder, 'treatment'), 'BREAKER_FAILURES: "5"', 'BREAKER_FAILURES: "100000"'),
  );
  const ended = await runs.run('never-opens', 'circuit-breaker', ...few, '--manifests', manifests);
  expect(verdictOf(ended)).toMatch(/^4 failed: /);
  expect(checkOf(ended, 'treatment', 'breaker-cycles')).toMatchObject({ result: 'false', message: 'the breaker never opened' });
  expect(checkOf(ended, 'treatment', 'short-circuited').result).toBe('false');
}, 300_000);
