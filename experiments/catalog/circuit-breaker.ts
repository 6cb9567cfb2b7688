import type { Experiment } from '../engine/experiment.ts';
import { breakerCycles } from '../probes/circuit-breaker/breaker-cycles.ts';
import { callsKeepUp } from '../probes/circuit-breaker/calls-keep-up.ts';
import { latencyDuring } from '../probes/latency-during.ts';
import { circuitBreaker } from './shared/circuit-breaker.ts';

const fault = 'delivery-slow';
const when = 'while delivery was slow';

export const experiment: Experiment = circuitBreaker({
  name: 'circuit-breaker',
  title: 'Orders while delivery is slow',
  description:
    'Every answer of delivery comes 3 seconds late while orders come at a constant rate. Without time-out and breaker each order holds a connection for as long, and what waits for one grows without bound. With them order gives up soon, then does not ask at all but now and then, and takes orders by event meanwhile.',
  tags: ['course', 'circuit-breaker', 'network', 'fallback'],
  hypothesis:
    'With a time-out, a circuit breaker and a fallback orders are accepted at once while delivery is slow, and each is delivered exactly once',
  fault,
  toxics: [{ type: 'latency', attributes: { latency: 3000, jitter: 500 } }],
  when,
  criteria: [
    latencyDuring({
      fault,
      title: `95 % of the orders are answered within half a second ${when}`,
      what: `orders ${when}`,
      percentile: 95,
      atMostMs: 500,
      expectedInControl: 'false',
    }),
    callsKeepUp({ fault, threshold: 0.8 }),
    breakerCycles({ fault, calls: { failingShare: 1, fail: 'late' }, shortCircuitedAtLeast: 0.8 }),
  ],
});
