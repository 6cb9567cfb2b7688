import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkOf, edit } from '../cli-runs.ts';
import type { Cells } from './cell.ts';

/** Where the pipeline stopped each broken version. */
const stages = { 'unit-test': 'unit tests', crash: 'candidate', 'wrong-answer': 'smoke test', 'never-ready': 'rollout' };

export const deploy: Cells = {
  experiment: 'deploy',
  cells: [
    {
      name: 'a gate of four stages',
      kind: 'in place',
      checks: [['control', 'availability', 'false']],
      also(ended) {
        for (const [defect, stage] of Object.entries(stages))
          expect(checkOf(ended, 'treatment', `stopped-${defect}`)).toMatchObject({ observed: { value: stage }, result: 'true' });
      },
      short: true,
    },
    {
      name: 'the gate lets everything through',
      kind: 'sabotaged',
      sabotage(folder) {
        const file = join(folder, 'buildspec.yml');
        writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"$GATE" = on', '"$GATE" = never'));
      },
      checks: [['treatment', 'availability', 'false']],
    },
    {
      name: 'no version is broken',
      kind: 'no evidence',
      sabotage: (folder) => edit(join(folder, 'buildspec.yml'), '--build-arg DEFECT="$DEFECT"', '--build-arg DEFECT=none'),
    },
  ],
};
