import type { Evidence } from '../engine/experiment.ts';

/** How late the latest request of that time left, in ms: whatever else ran beside the load generator may have been late as well. */
export const lagDuring = ({ samples }: Pick<Evidence, 'samples'>, fromMs: number, untilMs: number): number =>
  samples.reduce((worst, { dueMs, lateMs }) => (dueMs >= fromMs && dueMs <= untilMs ? Math.max(worst, lateMs) : worst), 0);
