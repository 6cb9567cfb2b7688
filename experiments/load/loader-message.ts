import type { LoadOptions, Sample } from '../engine/experiment.ts';

/** What the engine tells the loader process. */
export type ToLoader =
  | ({ type: 'start' /** Milliseconds since the variant's startedAt, now. */; elapsedMs: number } & Pick<
      LoadOptions,
      'scenario' | 'origin' | 'maxDurationMs'
    >)
  | { type: 'stop' };

/** What the loader process tells the engine. */
export type FromLoader =
  | { type: 'ready' }
  | { type: 'samples'; samples: Sample[] }
  | { type: 'ended'; droppedBusy: number; droppedLate: number };
