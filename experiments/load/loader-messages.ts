import type { Sample, Scenario } from '../engine/experiment.ts';

/** What the loader process is told, first of all. Times are milliseconds since the epoch. */
export interface LoaderTask {
  scenario: Omit<Scenario, 'start'>;
  origin: string;
  maxDurationMs: number;
  /** What samples' times are counted from. */
  epochMs: number;
}

export type ToLoader = { type: 'start'; task: LoaderTask } | { type: 'stop' };

export type FromLoader =
  | { type: 'started' }
  | { type: 'samples'; samples: Sample[] }
  /** The last: all samples have been sent. `dropped`: due, but never sent, since maxVUs were in flight. */
  | { type: 'ended'; dropped: number };
