import type { Experiment } from '../engine/experiment.ts';
import { rollout, untilRolledOut } from '../faults/rollout.ts';
import { constantArrivalRate } from '../load/constant-arrival-rate.ts';
import { consumes } from '../probes/consumes.ts';
import { deploymentAvailable } from '../probes/deployment-available.ts';
import { httpStatus } from '../probes/http-status.ts';
import { noneLost } from '../probes/none-lost.ts';
import { databaseHolds } from './shared/database-holds.ts';

const service = 'product';
const port = 8083;
const rate = 250;
/** The new version listens and lives at once, but answers 503 for so long: as what fills a cache or compiles its code first does. */
const warmUpMs = 4000;
const version = 'new-version';

export const experiment: Experiment = {
  name: 'readiness',
  title: 'A rolling update to a version that has to warm up',
  description:
    'Three Pods of product are replaced, one by one, under load on kept-alive connections, by a version that answers 503 for its first seconds. Without a readiness probe the new Pods get requests that they cannot serve. With one, but without preStop and graceful stop, the old Pods still take requests with them. With all three nothing is lost.',
  tags: ['course', 'probes', 'zero-downtime'],
  hypothesis: 'With a readiness probe, preStop and a graceful stop a rolling update loses no request',
  blastRadius: { services: [service], pods: `all Pods of ${service}, one after another`, maxDurationMs: 180_000 },
  variants: {
    control: { overlay: 'overlays/readiness/control', difference: `${service} has no readiness probe and no preStop` },
    treatment: { overlay: 'overlays/readiness/treatment', difference: `${service} has a readiness probe, preStop and a graceful stop` },
    others: {
      'no-prestop': {
        overlay: 'overlays/readiness/no-prestop',
        difference: `${service} has a readiness probe, but neither preStop nor a graceful stop`,
        expects: { 'none-lost': 'false' },
      },
    },
  },
  // Not side by side: three loads at once are more than two cores have the time for.
  abortOn: [databaseHolds],
  steadyState: [httpStatus(service, port, '/health/ready'), deploymentAvailable(service), consumes(service, port)],
  load: constantArrivalRate({
    rate,
    // Enough that no arrival is dropped, whatever the shop does.
    maxVUs: 1000,
    // So each is used every 0.4 s, and hears from its Pod that it ends before that lets it go as idle (after 1 s).
    connections: rate * 0.4,
    maxLatenessMs: 500,
    gracefulStopMs: 5000,
    request: { service, port, method: 'GET', path: '/products/1', timeoutMs: 5000 },
    expectStatuses: [200],
  }),
  method: [
    { do: 'wait', title: 'every connection has been used', durationMs: 2000 },
    { do: 'inject', fault: rollout({ id: version, deployment: service, env: { WARMUP_MS: String(warmUpMs) } }) },
    {
      do: 'await',
      id: 'rolled-out',
      title: 'the new version is rolled out and the last old Pod is gone',
      timeoutMs: 120_000,
      until: (lab) => untilRolledOut(lab, service),
    },
    { do: 'wait', title: 'after the rollout', durationMs: 1000 },
    { do: 'undo', fault: version },
  ],
  criteria: [
    noneLost({
      fault: version,
      until: 'rolled-out',
      when: `while ${service} was rolled out`,
      threshold: 0.999,
      expectedInControl: 'false',
    }),
  ],
};
