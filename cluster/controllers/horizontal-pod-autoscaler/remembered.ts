/** A recommendation that was made, before it was stabilized. */
export interface Recommendation {
  replicas: number;
  atMs: number;
}

/** How much the autoscaler itself changed the size, always positive; up and down are kept apart. */
export interface ScaleEvent {
  change: number;
  atMs: number;
}

/** What an autoscaler remembers from one sync to the next; it is lost with its process. */
export interface Remembered {
  recommendations: Recommendation[];
  scaleUpEvents: ScaleEvent[];
  scaleDownEvents: ScaleEvent[];
}

/** Those of the last `windowMs`. */
export const within = <T extends { atMs: number }>(all: readonly T[], windowMs: number, nowMs: number): T[] =>
  all.filter(({ atMs }) => atMs > nowMs - windowMs);
