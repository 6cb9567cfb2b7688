import type { Experiment } from '../engine/experiment.ts';
import { breakerCycles } from '../probes/circuit-breaker/breaker-cycles.ts';
import { latencyDuring } from '../probes/latency-during.ts';
import { circuitBreaker } from './shared/circuit-breaker.ts';

const fault = 'delivery-resets';
const when = 'while delivery reset connections';
/** Of the connections; order makes one for each call here. */
const toxicity = 0.5;

export const experiment: Experiment = circuitBreaker({
  name: 'circuit-breaker-errors',
  title: 'Orders while half of delivery’s connections are reset',
  description:
    'Half of the connections to delivery are reset while orders come at a constant rate. Without fallback as many orders are refused. With one none is, and the breaker spares delivery calls that would fail.',
  tags: ['course', 'circuit-breaker', 'network', 'fallback'],
  hypothesis:
    'With a circuit breaker and a fallback orders are accepted while half of the calls to delivery fail, and each is delivered exactly once',
  fault,
  toxics: [{ type: 'reset_peer', toxicity, attributes: { timeout: 0 } }],
  when,
  criteria: [
    latencyDuring({
      fault,
      title: `95 % of the orders are answered within half a second ${when}`,
      what: `orders ${when}`,
      percentile: 95,
      atMostMs: 500,
      // A call that is reset fails at once.
      expectedInControl: 'true',
    }),
    breakerCycles({ fault, calls: { failingShare: toxicity, fail: 'broken' }, shortCircuitedAtLeast: 0.5 }),
  ],
});
