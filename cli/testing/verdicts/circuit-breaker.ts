import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkOf, type EndedRun, edit } from '../cli-runs.ts';
import type { Cells } from './cell.ts';

/** Enough orders in a shorter fault: more than 420 while delivery is slow, 381 are needed. */
const brisk = ['--duration', '10s'];
/** What is asked of the breaker takes few. */
const few = ['--duration', '6s'];

const treatment = (folder: string, experiment: string) => join(folder, 'overlays', experiment, 'treatment/kustomization.yaml');

/** Order goes to delivery by a Service that no fault stands before. */
function aroundTheFault(folder: string): void {
  const file = join(folder, 'base/delivery.yaml');
  const base = readFileSync(file, 'utf8').split(/^---$/m);
  const second = (base.find((part) => part.includes('kind: Service')) ?? '').replace('name: delivery', 'name: delivery-direct');
  writeFileSync(file, [...base, `\n${second}`].join('---'));
  edit(join(folder, 'base/configuration.yaml'), 'http://delivery:8082', 'http://delivery-direct:8082');
}

function statesAreTold({ journal }: EndedRun): void {
  const found = journal?.variants.find(({ name }) => name === 'treatment');
  const states = found?.series.find(({ id }) => id === 'breaker-state');
  expect(states?.levels).toEqual(['closed', 'half-open', 'open']);
  expect(states?.points.map(([, level]) => level)).toEqual(expect.arrayContaining([0, 1, 2]));
  expect(found?.windows?.map(({ id }) => id)).toEqual(['opening', 'closing']);
}

export const circuitBreaker: Cells = {
  experiment: 'circuit-breaker',
  cells: [
    {
      name: 'time-out, breaker and fallback',
      kind: 'in place',
      words: brisk,
      checks: [
        ...['availability', 'latency-p95', 'calls-keep-up', 'breaker-cycles', 'short-circuited'].flatMap<
          ['control' | 'treatment', string, 'true' | 'false']
        >((id) => [
          ['control', id, 'false'],
          ['treatment', id, 'true'],
        ]),
        ...['opening', 'closing', 'half-open-probes', 'exactly-once', 'bit-delivery-slow'].map<['treatment', string, 'true']>((id) => [
          'treatment',
          id,
          'true',
        ]),
      ],
      also: statesAreTold,
      short: true,
    },
    {
      name: 'the breaker never opens, although time-out and fallback hold',
      kind: 'sabotaged',
      sabotage: (folder) => edit(treatment(folder, 'circuit-breaker'), 'BREAKER_FAILURES: "5"', 'BREAKER_FAILURES: "100000"'),
      words: few,
      checks: [
        ['treatment', 'breaker-cycles', 'false'],
        ['treatment', 'short-circuited', 'false'],
      ],
      also: (ended) => expect(checkOf(ended, 'treatment', 'breaker-cycles').message).toBe('the breaker never opened'),
      short: true,
    },
    {
      name: 'there is no fallback',
      kind: 'sabotaged',
      sabotage: (folder) => edit(treatment(folder, 'circuit-breaker'), 'FALLBACK: "on"', 'FALLBACK: "off"'),
      words: brisk,
      checks: [['treatment', 'availability', 'false']],
    },
    {
      name: 'order calls delivery around the slow network',
      kind: 'no evidence',
      sabotage: aroundTheFault,
      words: brisk,
      reason: /The control held although the mechanism is removed/,
    },
  ],
};

export const circuitBreakerErrors: Cells = {
  experiment: 'circuit-breaker-errors',
  cells: [
    {
      name: 'breaker and fallback',
      kind: 'in place',
      checks: [
        ['control', 'availability', 'false'],
        ['treatment', 'availability', 'true'],
      ],
    },
    {
      name: 'the breaker never opens, although the fallback holds',
      kind: 'sabotaged',
      sabotage: (folder) => edit(treatment(folder, 'circuit-breaker-errors'), 'BREAKER_FAILURES: "3"', 'BREAKER_FAILURES: "100000"'),
      checks: [['treatment', 'breaker-cycles', 'false']],
    },
    {
      name: 'order calls delivery around the broken network',
      kind: 'no evidence',
      sabotage: aroundTheFault,
      reason: /The control held although the mechanism is removed/,
    },
  ],
};
