import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What a service counts, for Prometheus on /metrics. */
export function makeMetrics(service: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Counter({ name: 'http_requests_total', help: 'Answered requests', labelNames: ['method', 'route', 'status'], registers }),
    duration: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'From request to answer',
      labelNames: ['method', 'route'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    inFlight: new Gauge({ name: 'http_requests_in_flight', help: 'Requests being answered', registers }),
    sent: new Counter({ name: 'events_sent_total', help: 'Events that the relay sent', labelNames: ['type'], registers }),
    consumed: new Counter({
      name: 'events_consumed_total',
      help: 'Events taken, by what became of them: done, duplicate, ignored, dead',
      labelNames: ['type', 'outcome'],
      registers,
    }),
  };
}
export type Metrics = ReturnType<typeof makeMetrics>;
