import { join } from 'node:path';
import { checkOf, edit } from '../cli-runs.ts';
import type { Cells } from './cell.ts';

/** Autoscalers that look more often, so that all phases may be shorter. */
const brisk = ['--duration', '30s', '--hpa-sync-period', '3s'];

export const hpa: Cells = {
  experiment: 'hpa',
  cells: [
    {
      name: 'an autoscaler for order',
      kind: 'in place',
      words: brisk,
      wordsOnKind: [],
      checks: [
        ['control', 'load-bit', 'true'],
        ['treatment', 'load-bit', 'true'],
        ['control', 'latency', 'false'],
        ['treatment', 'latency', 'true'],
      ],
      also(ended) {
        expect(checkOf(ended, 'control', 'scaled').observed.text).toBe('1');
        expect(checkOf(ended, 'treatment', 'scaled').observed.text).toMatch(/^1 → (2 → )?3 → (2 → )?1$/);
        const treatment = ended.journal?.variants.find(({ name }) => name === 'treatment');
        // What one Pod has no time to work off implies no time for a recovery.
        const windows = treatment?.windows?.map(({ id }) => id).filter((id) => id !== 'recovery');
        expect(windows).toEqual(['decision', 'ready', 'scale-down']);
        for (const { observedMs, impliedMs } of treatment?.windows ?? []) expect(observedMs).toBeLessThanOrEqual(impliedMs.high + 500);
      },
    },
    {
      name: 'the autoscaler may have no more than one Pod',
      kind: 'sabotaged',
      sabotage: (folder) =>
        edit(
          join(folder, 'overlays/hpa/treatment/kustomization.yaml'),
          'spec:\n        metrics:',
          'spec:\n        maxReplicas: 1\n        metrics:',
        ),
      words: brisk,
      wordsOnKind: [],
      checks: [['treatment', 'scaled', 'false']],
    },
    {
      name: 'the load is not too much for one Pod',
      kind: 'no evidence',
      words: [...brisk, '--rate', '5'],
      reason: /In the control the fault did not bite: a Pod of order used \d+m of CPU/,
    },
  ],
};
