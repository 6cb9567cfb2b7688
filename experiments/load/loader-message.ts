import type { Sample } from '../engine/experiment.ts';
import type { PlainTally } from './load-tally.ts';
import type { LoaderOptions } from './loader.ts';

/** What the load generator is told. */
export type ToLoader =
  | ({
      type: 'start';
      /** Ends by itself after so long, whatever happens to its starter. */
      maxDurationMs: number;
      /** How it tells what came of the requests: each, or counted; then those due within `warmUpMs` are left out. */
      tells: { each: true } | { each: false; warmUpMs: number /** Each is told of as well. */; shows: boolean };
    } & Pick<LoaderOptions, 'scenario' | 'origin' | 'seed' | 'elapsedMs' | 'share' | 'durationMs'>)
  /** To be answered at once: how long messages take. */
  | { type: 'ping' }
  | { type: 'stop' };

/** A request that has ended, for whoever looks on. */
export type ShownExchange = Pick<Sample, 'status' | 'error' | 'latencyMs'> & { /** Of the answer's body. */ bytes: number };

/** What the load generator tells. */
export type FromLoader =
  | { type: 'ready' }
  | { type: 'pong' }
  | { type: 'samples'; samples: Sample[] }
  /** What has ended since the last one. */
  | { type: 'tally'; tally: PlainTally; inFlight: number }
  | { type: 'exchanges'; exchanges: ShownExchange[] }
  | {
      type: 'ended';
      droppedBusy: number;
      droppedLate: number;
      /** See `utilizationOf`. */
      utilization: number;
    };
