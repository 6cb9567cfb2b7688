import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { Agent, fetch } from 'undici';
import type { DeliveryBody } from '../common/fields.ts';
import type { OrderSettings } from '../common/settings.ts';
import type { BreakerMetrics } from './breaker-metrics.ts';

const stateNames = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'isolated',
} as const;
export type BreakerState = (typeof stateNames)[CircuitState] | 'off';

/** The call to delivery in the synchronous coupling, with time-out and breaker as the settings have them. */
export class DeliveryCall {
  private readonly url: URL;
  private readonly agent: Agent;
  private readonly breaker: CircuitBreakerPolicy | undefined;
  private readonly guarded: (call: (signal: AbortSignal) => Promise<void>) => Promise<void>;

  constructor(settings: OrderSettings, metrics: BreakerMetrics) {
    this.url = new URL('/deliveries', settings.DELIVERY_URL);
    this.agent = new Agent({ connections: settings.SYNC_CONNECTIONS || null, pipelining: settings.SYNC_KEEP_ALIVE === 'on' ? 1 : 0 });
    const limit = settings.SYNC_TIMEOUT_MS > 0 ? timeout(settings.SYNC_TIMEOUT_MS, TimeoutStrategy.Aggressive) : undefined;
    if (settings.BREAKER === 'on') {
      this.breaker = circuitBreaker(handleAll, {
        halfOpenAfter: settings.BREAKER_HALF_OPEN_MS,
        breaker: new ConsecutiveBreaker(settings.BREAKER_FAILURES),
      });
      this.breaker.onStateChange((state) => metrics.changed(stateNames[state]));
    }
    metrics.changed(this.state());
    const { breaker } = this;
    if (breaker && limit) this.guarded = (call) => wrap(breaker, limit).execute(({ signal }) => call(signal));
    else if (breaker) this.guarded = (call) => breaker.execute(({ signal }) => call(signal));
    else if (limit) this.guarded = (call) => limit.execute(({ signal }) => call(signal));
    else this.guarded = (call) => call(new AbortController().signal);
  }

  state(): BreakerState {
    return this.breaker ? stateNames[this.breaker.state] : 'off';
  }

  /** Asks for a delivery. Rejects where delivery does not answer in time, refuses, or the breaker is open. */
  request(body: DeliveryBody, correlationId: string): Promise<void> {
    return this.guarded(async (signal) => {
      const response = await fetch(this.url, {
        method: 'POST',
        dispatcher: this.agent,
        headers: { 'content-type': 'application/json', 'x-correlation-id': correlationId },
        body: JSON.stringify(body),
        signal,
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`delivery answered ${response.status}`);
    });
  }
}
