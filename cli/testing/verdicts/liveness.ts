import { join } from 'node:path';
import { edit } from '../cli-runs.ts';
import type { Cell, Cells } from './cell.ts';

const probe = 'livenessProbe:\n            httpGet:\n              path: /health/live\n';
/** The liveness probe of product as this. */
const withProbe = (text: string) => (folder: string) => edit(join(folder, 'base/product.yaml'), probe, text);

const noChaosPort: Cell = {
  name: 'nothing can be injected into product',
  kind: 'no evidence',
  sabotage: (folder) => edit(join(folder, 'overlays/liveness/treatment/kustomization.yaml'), 'SHOPLAB_CHAOS: "1"', 'SHOPLAB_CHAOS: "0"'),
  reason: /In the control the fault did not bite: there is no Pod of product whose chaos port/,
};

export const liveness: Cells = {
  experiment: 'liveness',
  cells: [
    {
      name: 'a liveness probe that a hung Pod does not answer',
      kind: 'in place',
      checks: [
        ['control', 'restarted', 'false'],
        ['treatment', 'restarted', 'true'],
      ],
      also: ({ journal }) => expect(journal?.variants.map(({ windows }) => windows?.length ?? 0)).toEqual([0, 2]),
      short: true,
    },
    {
      name: 'the probe only asks whether the port takes connections: that of a hung Pod does',
      kind: 'sabotaged',
      sabotage: withProbe('livenessProbe:\n            tcpSocket:\n'),
      checks: [['treatment', 'restarted', 'false']],
      short: true,
    },
    noChaosPort,
  ],
};

export const livenessHealth: Cells = {
  experiment: 'liveness-health',
  cells: [
    {
      name: 'a liveness probe that asks for the health that fails',
      kind: 'in place',
      checks: [
        ['control', 'restarted', 'false'],
        ...['restarted', 'detection', 'restart', 'all-answer'].map<['treatment', string, 'true']>((id) => ['treatment', id, 'true']),
      ],
    },
    {
      name: 'the probe asks for something that goes on answering',
      kind: 'sabotaged',
      sabotage: withProbe('livenessProbe:\n            httpGet:\n              path: /metrics\n'),
      checks: [['treatment', 'restarted', 'false']],
    },
    noChaosPort,
  ],
};
