import type { LoadOptions, Sample } from '../engine/experiment.ts';

/** What the engine tells the load generator. */
export type ToLoader =
  | ({ type: 'start' /** Milliseconds since the variant's startedAt, now. */; elapsedMs: number } & Pick<
      LoadOptions,
      'scenario' | 'origin' | 'maxDurationMs'
    >)
  /** To be answered at once: how long messages take. */
  | { type: 'ping' }
  | { type: 'stop' };

/** What the load generator tells the engine. */
export type FromLoader =
  | { type: 'ready' }
  | { type: 'pong' }
  | { type: 'samples'; samples: Sample[] }
  | { type: 'ended'; droppedBusy: number; droppedLate: number };
