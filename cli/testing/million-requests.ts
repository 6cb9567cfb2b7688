import type { Sample } from '../../experiments/engine/experiment.ts';
import type { Check, EventRecord, Journal, Series, VariantRecord } from '../../experiments/engine/journal.ts';
import { computeLoadSeries } from '../../experiments/engine/load-series.ts';
import { computeLoadRecord } from '../../experiments/load/load-record.ts';
import { journals } from '../../reports/fixtures/journals.ts';

const rate = 1000;
const seconds = 500;

/** A journal of a long run: half a million requests in each variant, put together by what puts runs together, with gauges, steps and events to match. */
export function millionRequests(): Journal {
  const journal = journals.passed();
  return {
    ...journal,
    experiment: { ...journal.experiment, name: 'million-requests', title: 'A million requests' },
    variants: journal.variants.map((variant, n) => longVariant(variant, n)),
  };
}

function longVariant(variant: VariantRecord, n: number): VariantRecord {
  const at = (ms: number): string => new Date(Date.parse(variant.startedAt) + ms).toISOString();
  const samples = requestsOf(n);
  const [check] = variant.checks as [Check];
  return {
    ...variant,
    endedAt: at(seconds * 1000 + 9000),
    loads: [
      computeLoadRecord({
        scenario: {
          executor: 'constant-arrival-rate',
          rate,
          maxVUs: 5000,
          gracefulStopMs: 5000,
          expectStatuses: [201],
          request: { service: 'order', port: 8081, method: 'POST', path: '/orders', timeoutMs: 5000 },
        },
        samples,
        startedAt: at(0),
        endedAt: at(seconds * 1000),
        droppedBusy: 0,
        droppedLate: 0,
        utilization: 0.1,
      }),
    ],
    checks: Array.from({ length: 30 }, (_, k) => ({
      ...check,
      id: `check-${k}`,
      kind: 'criterion',
      findings: Array.from({ length: 50 }, (_, f) => `order ${k * 50 + f} was delivered 2 times`),
    })),
    series: [
      ...computeLoadSeries(samples),
      ...['backlog', 'in-flight', 'lag', 'connections'].map((id) => gaugeOf(id, n)),
      ...['order', 'delivery', 'product', 'kafka', 'postgres'].map((name, k) => stepsOf(name, k + n)),
    ],
    events: Array.from({ length: 5000 }, (_, k) => eventOf(k, at(k * 97))),
  };
}

/** The same each time: latencies with a long tail, errors for a minute, more of both in the control. */
function requestsOf(n: number): Sample[] {
  let state = 42 + n;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: rate * seconds }, (_, k) => {
    const dueMs = 5000 + (k * 1000) / rate;
    const isDown = dueMs > 100_000 && dueMs < 160_000;
    const failed = isDown && n === 0 && random() < 0.9;
    return {
      dueMs,
      lateMs: random(),
      latencyMs: 4 - Math.log(1 - random()) * (isDown ? 80 : 9),
      status: failed ? 503 : 201,
      error: failed ? 'status 503' : '',
    };
  });
}

const gaugeOf = (id: string, n: number): Series => ({
  id,
  title: `${id} of the long run`,
  unit: id === 'backlog' ? 'orders' : id,
  points: Array.from({ length: seconds * 4 }, (_, k) => [
    5000 + k * 250 + (k % 7),
    k % 301 === 5 ? null : ((k * 7919) % 997) * (n + 1) + k / 3,
  ]),
});

const stepsOf = (name: string, k: number): Series => ({
  id: `replicas-${name}`,
  title: `${name} Pods ready`,
  unit: 'Pods',
  points: Array.from({ length: 400 }, (_, step) => [step * 1250 + k * 11, 1 + ((step >> 1) % 3)]),
});

const eventOf = (k: number, at: string): EventRecord => ({
  at,
  source: k % 1000 === 0 ? 'lab' : 'kubernetes',
  type: k % 3 === 0 ? 'Warning' : 'Normal',
  reason: k % 3 === 0 ? 'Unhealthy' : 'Pulled',
  object: `Pod/order-76fbc75874-${k}`,
  message: k % 3 === 0 ? 'Readiness probe failed: HTTP probe failed with statuscode: 503' : 'Container image already present on machine',
});
