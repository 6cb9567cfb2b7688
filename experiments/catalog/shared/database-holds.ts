import type { Guard } from '../../engine/experiment.ts';
import { podsReady } from '../../probes/pods-ready.ts';

/** The database is no fault's business: where it is not Ready for long, something else is wrong, and the method is stopped. */
export const databaseHolds: Guard = {
  probe: { ...podsReady('app=postgres', 1), id: 'database', title: 'the database is Ready' },
  longerThanMs: 10_000,
};
