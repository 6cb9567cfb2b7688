import { Counter, Gauge } from 'prom-client';
import type { Metrics } from '../common/metrics.ts';

const states = ['closed', 'open', 'half-open', 'isolated', 'off'] as const;

/** The breaker's state as Prometheus has enumerations: one series a state, 1 for the one it is in; and how often it changed. */
export class BreakerMetrics {
  private readonly gauge: Gauge;
  private readonly counter: Counter;
  readonly outcomes: Counter;
  /** Calls that are on their way or wait for their turn: with a breaker in half-open also those that wait for its answer. */
  readonly inFlight: Gauge;
  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.gauge = new Gauge({ name: 'breaker_state', help: '1 for the state that the breaker is in', labelNames: ['state'], registers });
    this.counter = new Counter({ name: 'breaker_transitions_total', help: 'Changes of state', labelNames: ['to'], registers });
    this.outcomes = new Counter({
      name: 'delivery_calls_total',
      help: 'Calls to delivery: ok, failed, short-circuited',
      labelNames: ['outcome'],
      registers,
    });
    this.inFlight = new Gauge({ name: 'delivery_calls_in_flight', help: 'Calls to delivery that have no outcome yet', registers });
  }
  changed(to: (typeof states)[number]): void {
    for (const state of states) this.gauge.set({ state }, state === to ? 1 : 0);
    this.counter.inc({ to });
  }
}
