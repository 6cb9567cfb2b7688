import { join } from 'node:path';
import { checkOf, type EndedRun, edit } from '../cli-runs.ts';
import type { Cells } from './cell.ts';

const preStop = `          lifecycle:
            # Requests still come until every proxy has seen that this Pod is leaving.
            preStop:
              sleep:
                seconds: 1
`;
const inProduct = (from: string, to: string) => (folder: string) => edit(join(folder, 'base/product.yaml'), from, to);
const lossIsNamed = (ended: EndedRun) =>
  expect(checkOf(ended, 'treatment', 'none-lost').findings?.join()).toMatch(/^(reset|refused|status 503): \d+/);

export const readiness: Cells = {
  experiment: 'readiness',
  cells: [
    {
      name: 'readiness probe, preStop and graceful stop',
      kind: 'in place',
      // What half of it loses is told, too.
      reason: /; no-prestop came out as predicted: /,
      checks: [
        ['control', 'none-lost', 'false'],
        ['treatment', 'none-lost', 'true'],
        ['no-prestop', 'none-lost', 'false'],
      ],
      also: (ended) => expect(checkOf(ended, 'treatment', 'none-lost').sample?.trials).toBeGreaterThanOrEqual(3838),
    },
    {
      name: 'there is no preStop',
      kind: 'sabotaged',
      sabotage: inProduct(preStop, ''),
      checks: [['treatment', 'none-lost', 'false']],
      also: lossIsNamed,
    },
    {
      name: 'the readiness probe asks whether the Pod lives',
      kind: 'sabotaged',
      sabotage: inProduct('path: /health/ready', 'path: /health/live'),
      checks: [['treatment', 'none-lost', 'false']],
      also: lossIsNamed,
    },
    {
      name: 'too few requests',
      kind: 'no evidence',
      words: ['--rate', '100'],
      // It says how many it takes.
      reason: /3,838/,
    },
  ],
};
