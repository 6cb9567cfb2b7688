import type { Criterion, Experiment } from '../../engine/experiment.ts';
import { networkToxic } from '../../faults/network-toxic.ts';
import type { Toxic } from '../../faults/toxic-proxy/toxic.ts';
import { constantArrivalRate } from '../../load/constant-arrival-rate.ts';
import { availabilityDuring } from '../../probes/availability-during.ts';
import { breakerGauges, untilCalm, untilClosed } from '../../probes/circuit-breaker/breaker-log.ts';
import { consumes } from '../../probes/consumes.ts';
import { deploymentAvailable } from '../../probes/deployment-available.ts';
import { exactlyOnce } from '../../probes/exactly-once.ts';
import { httpStatus } from '../../probes/http-status.ts';
import { noneWaits } from '../../probes/none-waits.ts';
import { databaseHolds } from './database-holds.ts';

const rate = 40;
const timeoutMs = 5000;

export interface CircuitBreaker {
  name: string;
  title: string;
  description: string;
  tags: string[];
  hypothesis: string;
  /** Id of the fault. */
  fault: string;
  toxics: Toxic[];
  /** For sentences: `while delivery was slow`. */
  when: string;
  criteria: Criterion[];
}

/** An experiment in which order, coupled by a call, meets a bad network before delivery: without time-out, breaker and fallback, and with. */
export function circuitBreaker({ fault, toxics, when, criteria, ...told }: CircuitBreaker): Experiment {
  return {
    ...told,
    blastRadius: { services: ['delivery'], pods: 'none: the network before those of delivery', maxDurationMs: 150_000 },
    variants: {
      control: { overlay: `overlays/${told.name}/control`, difference: 'order calls delivery without time-out, breaker and fallback' },
      treatment: { overlay: `overlays/${told.name}/treatment`, difference: 'order has a time-out, a circuit breaker and a fallback' },
    },
    sideBySide: 'asked',
    abortOn: [databaseHolds],
    steadyState: [
      httpStatus('order', 8081, '/health/ready'),
      httpStatus('delivery', 8082, '/health/ready'),
      deploymentAvailable('delivery'),
      consumes('order', 8081),
      consumes('delivery', 8082),
    ],
    load: constantArrivalRate({
      rate,
      // Enough that no arrival is dropped, whatever the shop does, also at twice the rate.
      maxVUs: (2 * rate * timeoutMs) / 1000,
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
    gauges: breakerGauges,
    method: [
      { do: 'wait', title: 'before the fault', durationMs: 3000 },
      // Databases and brokers warm up by the first orders: what that holds up is not the fault's doing.
      { do: 'await', id: 'calm', kind: 'steady-state', title: 'calls to delivery work under load', timeoutMs: 30_000, until: untilCalm },
      { do: 'inject', fault: networkToxic({ id: fault, service: 'delivery', port: 8082, toxics }) },
      { do: 'wait', title: `the network before delivery is bad`, durationMs: 10_000 },
      { do: 'undo', fault },
      { only: 'treatment', do: 'await', id: 'closed', title: 'the breaker closes', timeoutMs: 20_000, everyMs: 100, until: untilClosed },
      noneWaits({ id: 'drained', timeoutMs: 60_000 }),
      { do: 'wait', title: 'after the fault', durationMs: 1000 },
    ],
    criteria: [
      availabilityDuring({
        fault,
        title: `orders are accepted ${when}`,
        what: `orders accepted ${when}`,
        threshold: 0.99,
        expectedInControl: 'false',
      }),
      ...criteria,
      exactlyOnce(),
    ],
  };
}
