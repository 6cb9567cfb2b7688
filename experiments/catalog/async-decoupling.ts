import type { Evidence, Experiment, Gauge } from '../engine/experiment.ts';
import { containerKill } from '../faults/container-kill.ts';
import { processKill } from '../faults/process-kill.ts';
import { scaleOut } from '../faults/scale-out.ts';
import { scaleToZero } from '../faults/scale-to-zero.ts';
import { constantArrivalRate } from '../load/constant-arrival-rate.ts';
import { availabilityDuring } from '../probes/availability-during.ts';
import { consumersShare } from '../probes/consumers-share.ts';
import { consumes } from '../probes/consumes.ts';
import { backlogHolds, consumingHasBegun } from '../probes/consuming.ts';
import { converges } from '../probes/converges.ts';
import { deploymentAvailable } from '../probes/deployment-available.ts';
import { exactlyOnce } from '../probes/exactly-once.ts';
import { httpStatus } from '../probes/http-status.ts';
import { killedAmidBacklog } from '../probes/killed-amid-backlog.ts';
import { noneWaits } from '../probes/none-waits.ts';
import { OrderLedger } from '../probes/order-ledger.ts';
import { readStock, stockFits } from '../probes/stock-fits.ts';
import { databaseHolds } from './shared/database-holds.ts';

const rate = 40;
const timeoutMs = 5000;
const outage = 'delivery-down';
const kill = 'delivery-killed';
const added = 'consumer-added';
const brokerRestart = 'broker-restarted';
/** From the end of the outage. */
const convergeWithinMs = 60_000;
/** So many orders have to wait that a kill meets delivery while it consumes them. */
const leastBacklog = 100;

/** Accepted orders without a delivery. While delivery is down it cannot be asked, and makes none either. */
function backlogGauge(): Gauge {
  return {
    id: 'backlog',
    title: 'accepted orders without a delivery',
    unit: 'orders',
    everyMs: 500,
    async read(lab) {
      const ledger = OrderLedger.of(lab);
      await ledger.refresh().catch(() => undefined); // down: what is known stays true
      return ledger.undelivered().length;
    },
  };
}

/** How high the backlog rose. */
function measureBacklog({ series, measure }: Evidence): void {
  const points = series.find(({ id }) => id === 'backlog')?.points ?? [];
  measure('backlog-peak', 'backlog at its peak', points.length === 0 ? null : Math.max(...points.map(([, value]) => value ?? 0)), 'orders');
}

export const experiment: Experiment = {
  name: 'async-decoupling',
  title: 'Orders while delivery is down',
  description:
    'Delivery is taken away while orders come at a constant rate, comes back, is killed by SIGKILL while it works off what has piled up, and gets a second consumer beside it; then the broker restarts. With the synchronous coupling orders fail; with events every order is accepted and delivered exactly once.',
  tags: ['course', 'messaging', 'outbox', 'idempotency'],
  hypothesis: 'With asynchronous coupling orders are accepted while delivery is down, and each is delivered exactly once after it is back',
  blastRadius: { services: ['delivery', 'kafka'], pods: 'all Pods of delivery, the container of the broker', maxDurationMs: 180_000 },
  variants: {
    control: { overlay: 'overlays/async-decoupling/control', difference: 'order calls delivery over HTTP and needs its answer' },
    treatment: { overlay: 'overlays/async-decoupling/treatment', difference: 'order writes an event, delivery consumes it when it can' },
  },
  sideBySide: 'asked',
  abortOn: [databaseHolds, { probe: httpStatus('product', 8083, '/health/ready'), longerThanMs: 10_000 }],
  steadyState: [
    httpStatus('order', 8081, '/health/ready'),
    httpStatus('delivery', 8082, '/health/ready'),
    httpStatus('product', 8083, '/health/ready'),
    deploymentAvailable('delivery'),
    consumes('order', 8081),
    consumes('delivery', 8082),
    consumes('product', 8083),
  ],
  baseline: readStock,
  load: constantArrivalRate({
    rate,
    // Enough that no arrival is dropped, whatever the shop does, also at twice the rate.
    maxVUs: (2 * rate * timeoutMs) / 1000,
    // What is asked is whether orders are accepted, not how fast: a busy machine does not spoil the answer.
    maxLatenessMs: 500,
    gracefulStopMs: timeoutMs,
    request: {
      service: 'order',
      port: 8081,
      method: 'POST',
      path: '/orders',
      bodies: [1, 2, 3].map((productId) => ({ productId, quantity: productId, customerId: 'shoplab' })),
      timeoutMs,
    },
    expectStatuses: [201],
  }),
  gauges: () => [backlogGauge()],
  method: [
    { do: 'wait', title: 'before the fault', durationMs: 2000 },
    { do: 'inject', fault: scaleToZero({ id: outage, deployment: 'delivery', port: 8082 }) },
    { do: 'wait', title: 'delivery is down', durationMs: 10_000 },
    {
      only: 'treatment',
      do: 'await',
      id: 'backlog',
      title: `at least ${leastBacklog} orders wait for delivery`,
      timeoutMs: 10_000,
      until: (lab) => backlogHolds(lab, leastBacklog),
    },
    { do: 'undo', fault: outage },
    {
      only: 'treatment',
      do: 'await',
      id: 'consuming',
      title: 'delivery begins with the backlog',
      timeoutMs: 30_000,
      everyMs: 20,
      until: consumingHasBegun,
    },
    { only: 'treatment', do: 'inject', fault: processKill({ id: kill, service: 'delivery' }) },
    // While the backlog is being worked off: the group is rebalanced once more.
    { only: 'treatment', do: 'inject', fault: scaleOut({ id: added, deployment: 'delivery', replicas: 2 }) },
    {
      only: 'treatment',
      do: 'await',
      id: 'shared',
      title: 'the consumer that was added takes its share',
      timeoutMs: 30_000,
      until: (lab) => consumersShare(lab, { service: 'delivery', port: 8082, pods: 2 }),
    },
    noneWaits({ id: 'drained', timeoutMs: convergeWithinMs }),
    { only: 'treatment', do: 'inject', fault: containerKill({ id: brokerRestart, service: 'kafka' }) },
    { only: 'treatment', do: 'wait', title: 'the broker is back, clients find it again', durationMs: 3000 },
    { only: 'treatment', ...noneWaits({ id: 'drained-again', timeoutMs: 30_000 }) },
    { do: 'undo', fault: brokerRestart },
    { do: 'undo', fault: added },
    { do: 'undo', fault: kill },
    { do: 'wait', title: 'after the fault', durationMs: 1000 },
  ],
  criteria: [
    availabilityDuring({
      fault: outage,
      title: 'orders are accepted while delivery is down',
      what: 'orders accepted while delivery was down',
      threshold: 0.99,
      expectedInControl: 'false',
    }),
    converges({ fault: outage, until: 'drained', withinMs: convergeWithinMs }),
    availabilityDuring({
      id: 'availability-broker',
      fault: brokerRestart,
      until: 'drained-again',
      title: 'orders are accepted while the broker restarts: the outbox holds their events',
      what: 'orders accepted while the broker restarted',
      threshold: 0.95,
      expectedInControl: 'true',
    }),
    exactlyOnce(),
    stockFits(),
    killedAmidBacklog({ outage, kill, added }),
    {
      id: 'measurements',
      async evaluate(_lab, evidence) {
        measureBacklog(evidence);
        return [];
      },
    },
  ],
};
