import { rateCheck } from '../engine/checks.ts';
import type { Criterion, Experiment, Step } from '../engine/experiment.ts';
import { containerKill } from '../faults/container-kill.ts';
import { podDelete } from '../faults/pod-delete.ts';
import { scaleToZero } from '../faults/scale-to-zero.ts';
import { constantArrivalRate } from '../load/constant-arrival-rate.ts';
import { httpStatus } from '../probes/http-status.ts';
import { jsonField } from '../probes/json-field.ts';
import { backlogGauge, DeliveryCount } from './delivery-count.ts';
import { exactlyOnce, stockBaseline } from './exactly-once.ts';
import { inTheMiddleOfConsuming, redelivered } from './redelivery.ts';
import { ports } from './shop-api.ts';

const outage = scaleToZero({ id: 'outage', deployment: 'delivery', service: 'delivery', port: ports.delivery });
const kill = containerKill({ id: 'kill', selector: 'app=delivery', container: 'delivery', services: ['delivery'] });
const deletion = podDelete({ id: 'deletion', selector: 'app=delivery', services: ['delivery'] });

/** Convergence: from the outage's end until no accepted order waits for its delivery. */
const converged = (): Extract<Step, { do: 'await' }> => {
  const count = new DeliveryCount();
  return {
    do: 'await',
    id: 'converged',
    title: 'the backlog is worked off',
    timeoutMs: 30_000,
    everyMs: 200,
    async until(lab) {
      const missing = (await count.missing(lab)).length;
      // Under load a few orders are always on their way.
      return { done: missing <= 5, observed: `${missing} accepted orders have no delivery` };
    },
  };
};

const availability: Criterion = {
  id: 'availability',
  async evaluate(_lab, { samples, faults, steps, series, measure }) {
    const fault = faults.find(({ id }) => id === outage.id);
    const undo = steps.find((step) => step.do === 'undo' && step.id === outage.id);
    const inject = steps.find((step) => step.do === 'inject' && step.id === outage.id);
    const during = fault?.bitAt && inject && undo ? samples.filter(({ dueMs }) => dueMs >= inject.endedMs && dueMs < undo.startedMs) : [];
    const convergedStep = steps.find(({ id }) => id === 'converged');
    const peak = Math.max(0, ...(series.find(({ id }) => id === 'backlog')?.points ?? []).map(([, value]) => value ?? 0));
    measure('outage', 'Delivery was down for', undo && inject ? undo.startedMs - inject.endedMs : null, 'ms');
    measure('backlog-peak', 'Backlog at its peak', peak, 'orders');
    measure(
      'convergence',
      'Backlog worked off after the outage in',
      undo && convergedStep?.done ? convergedStep.endedMs - undo.endedMs : null,
      'ms',
    );
    return [
      rateCheck({
        id: 'availability',
        what: 'orders were accepted while delivery was down',
        successes: during.filter(({ error }) => error === '').length,
        trials: during.length,
        atLeast: 0.99,
        expectedInControl: 'false',
      }),
    ];
  },
};

/** The first experiment: what a message broker between two services is for. */
export const experiment: Experiment = {
  name: 'async-decoupling',
  title: 'Orders while delivery is down',
  description:
    'Delivery is taken away under a constant arrival of orders, brought back, and killed in the middle of working off its backlog; before all that its Pod is deleted once in an orderly way. Control: order calls delivery over HTTP. Treatment: order writes an event to its outbox, and delivery consumes it when it can.',
  tags: ['course', 'messaging', 'outbox'],
  hypothesis:
    'Coupled by events, the shop accepts orders while delivery is down, and each of them is delivered exactly once after it is back, also when delivery is killed in the middle of catching up.',
  blastRadius: { services: ['delivery'], pods: 'all Pods of Deployment delivery', maxDurationMs: 150_000 },
  variants: {
    control: {
      overlay: 'overlays/async-decoupling/control',
      difference: 'order calls delivery over HTTP and needs its answer; no breaker, no fallback',
    },
    treatment: {
      overlay: 'overlays/async-decoupling/treatment',
      difference: 'order writes an event to its outbox; delivery consumes it when it can',
    },
  },
  steadyState: [
    httpStatus('order', ports.order, '/health/ready'),
    httpStatus('delivery', ports.delivery, '/health/ready'),
    httpStatus('product', ports.product, '/health/ready'),
    jsonField('delivery', ports.delivery, '/health/ready', ['components', 'consumer'], 'UP', "delivery's consumer has joined its group"),
    jsonField('product', ports.product, '/health/ready', ['components', 'consumer'], 'UP', "product's consumer has joined its group"),
  ],
  baseline: stockBaseline,
  load: constantArrivalRate({
    rate: 40,
    maxVUs: 200,
    // What is asked is whether orders are accepted, not how fast: a busy machine does not spoil the answer.
    maxLatenessMs: 250,
    gracefulStopMs: 5000,
    request: {
      service: 'order',
      port: ports.order,
      method: 'POST',
      path: '/orders',
      bodies: [1, 2, 3, 4].map((productId) => ({
        productId,
        quantity: 1 + (productId % 3),
        customerId: 'load@shoplab.dev',
        customerAddr: 'Seoul',
      })),
      timeoutMs: 5000,
    },
    expectStatuses: [201],
  }),
  gauges: () => [backlogGauge()],
  get method(): Step[] {
    return [
      { do: 'wait', title: 'orders while all is well', durationMs: 3000 },
      { only: 'treatment', do: 'inject', fault: deletion },
      { do: 'inject', fault: outage },
      { do: 'wait', title: 'orders while delivery is down', durationMs: 12_000 },
      { do: 'undo', fault: outage.id },
      { only: 'treatment', ...inTheMiddleOfConsuming() },
      { only: 'treatment', do: 'inject', fault: kill },
      converged(),
      { do: 'wait', title: 'orders after the recovery', durationMs: 2000 },
    ];
  },
  criteria: [availability, exactlyOnce, redelivered],
};
