import type { Experiment } from '../engine/experiment.ts';
import { healthFailure } from '../faults/health-failure.ts';
import { port, selfHealing, service } from './shared/self-healing.ts';

export const experiment: Experiment = selfHealing({
  name: 'liveness-health',
  title: 'A Pod whose health answers 500',
  description:
    'One Pod of two says that it does not live, while it goes on serving. Without a liveness probe nobody hears it; with one its kubelet restarts it, a timeout sooner than one that hangs.',
  tags: ['course', 'probes', 'self-healing'],
  hypothesis: 'A Pod whose health fails is restarted within the window that its liveness probe implies, and is well again',
  fault: healthFailure({ id: 'unhealthy', service, port, live: 500 }),
  symptom: 'failure',
  criteria: [],
});
