import type { Evidence, Experiment, Gauge } from '../engine/experiment.ts';
import { processKill } from '../faults/process-kill.ts';
import { scaleToZero } from '../faults/scale-to-zero.ts';
import { constantArrivalRate } from '../load/constant-arrival-rate.ts';
import { availabilityDuring } from '../probes/availability-during.ts';
import { consumes } from '../probes/consumes.ts';
import { backlogHolds, consumingHasBegun } from '../probes/consuming.ts';
import { deploymentAvailable } from '../probes/deployment-available.ts';
import { exactlyOnce } from '../probes/exactly-once.ts';
import { httpStatus } from '../probes/http-status.ts';
import { killedAmidBacklog } from '../probes/killed-amid-backlog.ts';
import { OrderLedger } from '../probes/order-ledger.ts';
import { readStock, stockFits } from '../probes/stock-fits.ts';

const rate = 40;
const timeoutMs = 5000;
const outage = 'delivery-down';
const kill = 'delivery-killed';
/** An order that waits for its delivery longer than this counts as backlog when convergence is judged. */
const promptMs = 1000;
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

/** How high the backlog rose, and how long it took from delivery's return until no order waited. */
function measureBacklog({ faults, steps, series, startedAt, measure }: Evidence): void {
  const down = faults.find(({ id }) => id === outage);
  const points = series.find(({ id }) => id === 'backlog')?.points ?? [];
  measure('backlog-peak', 'backlog at its peak', points.length === 0 ? null : Math.max(...points.map(([, value]) => value ?? 0)), 'orders');
  const drained = steps.find(({ id }) => id === 'drained');
  const backMs = down?.undoneAt ? Date.parse(down.undoneAt) - Date.parse(startedAt) : null;
  const convergenceMs = drained?.done && backMs !== null ? drained.endedMs - backMs : null;
  measure('convergence', 'convergence after delivery was back', convergenceMs === null ? null : Math.round(convergenceMs / 100) / 10, 's');
}

export const experiment: Experiment = {
  name: 'async-decoupling',
  title: 'Orders while delivery is down',
  description:
    'Delivery is taken away while orders come at a constant rate, comes back, and is killed by SIGKILL while it works off what has piled up. With the synchronous coupling orders fail; with events every order is accepted and delivered exactly once.',
  tags: ['course', 'messaging', 'outbox', 'idempotency'],
  hypothesis: 'With asynchronous coupling orders are accepted while delivery is down, and each is delivered exactly once after it is back',
  blastRadius: { services: ['delivery'], pods: 'all Pods of delivery', maxDurationMs: 120_000 },
  variants: {
    control: { overlay: 'overlays/async-decoupling/control', difference: 'order calls delivery over HTTP and needs its answer' },
    treatment: { overlay: 'overlays/async-decoupling/treatment', difference: 'order writes an event, delivery consumes it when it can' },
  },
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
    { do: 'wait', title: 'before the fault', durationMs: 3000 },
    { do: 'inject', fault: scaleToZero({ id: outage, deployment: 'delivery', port: 8082 }) },
    { do: 'wait', title: 'delivery is down', durationMs: 11_000 },
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
    {
      do: 'await',
      id: 'drained',
      title: `no accepted order waits longer than ${promptMs / 1000} s for its delivery`,
      timeoutMs: 60_000,
      async until(lab) {
        const ledger = OrderLedger.of(lab);
        await ledger.refresh();
        const waiting = ledger.undelivered().filter(({ acceptedMs }) => lab.elapsedMs() - acceptedMs > promptMs).length;
        return { done: waiting === 0, observed: `${waiting} orders wait` };
      },
    },
    { do: 'undo', fault: kill },
    { do: 'wait', title: 'after the fault', durationMs: 2000 },
  ],
  criteria: [
    availabilityDuring({
      fault: outage,
      title: 'orders are accepted while delivery is down',
      what: 'orders accepted while delivery was down',
      threshold: 0.99,
      expectedInControl: 'false',
    }),
    exactlyOnce(),
    stockFits(),
    killedAmidBacklog({ outage, kill }),
    {
      id: 'measurements',
      async evaluate(_lab, evidence) {
        measureBacklog(evidence);
        return [];
      },
    },
  ],
};
