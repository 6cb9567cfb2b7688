import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkOf, edit } from '../cli-runs.ts';
import type { Cells } from './cell.ts';

/** Lost and doubled orders are told of also where there are too few for a rate. */
const few = ['--rate', '30', '--duration', '12s'];
/** Enough orders in a shorter outage: 423 while delivery is down, 381 are needed. */
const brisk = ['--rate', '60', '--duration', '12s'];

/** One more setting for all services of the treatment. */
const setting = (name: string, value: string) => (folder: string) =>
  edit(
    join(folder, 'overlays/async-decoupling/treatment/kustomization.yaml'),
    'COUPLING: async',
    `COUPLING: async\n        ${name}: "${value}"`,
  );

const finding = (pattern: RegExp) => (ended: Parameters<typeof checkOf>[0]) => {
  expect(checkOf(ended, 'treatment', 'exactly-once').findings?.[0]).toMatch(pattern);
  expect(ended.out).toMatch(new RegExp(pattern.source.replace(/[$^]/g, '')));
};

export const asyncDecoupling: Cells = {
  experiment: 'async-decoupling',
  cells: [
    {
      name: 'events, outbox and deduplication',
      kind: 'in place',
      words: brisk,
      checks: [
        ['control', 'availability', 'false'],
        ['treatment', 'availability', 'true'],
        ['treatment', 'exactly-once', 'true'],
        ['treatment', 'killed-amid-backlog', 'true'],
      ],
    },
    {
      name: 'the consumer does not recognize what it has taken',
      kind: 'sabotaged',
      sabotage: setting('DEDUPLICATION', 'off'),
      words: few,
      checks: [['treatment', 'exactly-once', 'false']],
      also: finding(/^order [0-9a-f-]{36} has \d+ deliveries$/),
      short: true,
    },
    {
      name: 'the relay drops one event in a hundred',
      kind: 'sabotaged',
      sabotage: setting('RELAY_DROP_EVERY', '100'),
      words: few,
      checks: [['treatment', 'exactly-once', 'false']],
      // Not short: a lost order is waited for a minute and a half.
      also: finding(/^order [0-9a-f-]{36} has no delivery$/),
    },
    {
      name: 'order is coupled by calls all the same',
      kind: 'sabotaged',
      sabotage: (folder) =>
        edit(
          join(folder, 'overlays/async-decoupling/treatment/kustomization.yaml'),
          'COUPLING: async',
          'COUPLING: sync\n        FALLBACK: "off"',
        ),
      words: brisk,
      checks: [['treatment', 'availability', 'false']],
    },
    {
      name: 'another Deployment serves while delivery is taken away',
      kind: 'no evidence',
      sabotage(folder) {
        const file = join(folder, 'base/delivery.yaml');
        const base = readFileSync(file, 'utf8').split(/^---$/m);
        const second = (base.find((part) => part.includes('kind: Deployment')) ?? '').replace('name: delivery', 'name: delivery-too');
        writeFileSync(file, [...base, second].join('---'));
      },
      words: few,
      // Not short: experiments/engine/runner.alone.test.ts has the same in a smaller shop.
      reason: /In the control the fault did not bite/,
    },
    {
      name: 'too few orders',
      kind: 'no evidence',
      words: ['--rate', '10', '--duration', '8s'],
      // It says how many it takes.
      reason: /381/,
      checks: [['treatment', 'availability', 'unknown']],
      also: (ended) => expect(checkOf(ended, 'treatment', 'availability').sample?.required).toBe(381),
      short: true,
    },
  ],
};
