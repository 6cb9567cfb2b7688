import type { Sample, Scenario } from '../engine/experiment.ts';

/** What sends the requests of a scenario, in a process of its own: the open one where they have times, the closed one where VUs take turns. */
export interface Loader {
  start(): void;
  /** Nothing new; waits for answers as long as the graceful stop allows, then cuts what is in flight. */
  stop(): Promise<void>;
  /** All that there was to send has been sent; pending where the load has no end of its own. */
  readonly finished: Promise<void>;
  readonly inFlight: number;
  /** Due while all VUs waited for answers. */
  readonly droppedBusy: number;
  /** Due while the loader itself was behind. */
  readonly droppedLate: number;
}

export interface LoaderOptions {
  scenario: Omit<Scenario, 'start'>;
  /** `http://127.37.200.2:8081` */
  origin: string;
  seed: number;
  /** Added to times since the load's start: those of samples count from whenever its user counts. */
  elapsedMs: number;
  /** Which of so many processes this is, from 0: each sends every `of`-th request, or has every `of`-th VU. */
  share: { index: number; of: number };
  /** Nothing is sent after so long; absent: it goes on until it is stopped. */
  durationMs?: number | undefined;
  /** Whether samples carry the bodies of expected answers. */
  keepsBodies: boolean;
  /** Called for each request that has ended, with the bytes of the answer's body. */
  onSample(sample: Sample, bytes: number): void;
}
