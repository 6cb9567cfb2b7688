import { z } from 'zod';
import { type Journal, journalSchema } from './journal.ts';

/**
 * The shape of a journal, for what reads one from a file, and for the published JSON Schema. The sentences here are for people who only have
 * the schema; journal.ts is the contract, and the compiler holds the two together.
 */
const at = z.iso.datetime({ precision: 3 }).describe('RFC 3339, UTC, with milliseconds');
const count = z.int().min(0);
const scalar = z.union([z.number(), z.string(), z.boolean()]);
const records = z.record(z.string(), z.unknown());
const span = z.object({ low: z.number().nullable(), high: z.number().nullable() });

const check = z.object({
  id: z.string().describe('stable within the experiment, for example `availability`'),
  kind: z.enum(['steady-state', 'fault', 'load', 'guard', 'criterion', 'recovered']).describe('what is looked at'),
  title: z.string().describe('a sentence that states what must be true'),
  observed: z.object({ value: scalar.nullable(), unit: z.string().optional(), text: z.string() }),
  threshold: z.object({ op: z.enum(['>=', '<=', '==', '>', '<']), value: scalar, unit: z.string().optional(), text: z.string() }),
  interval: z
    .object({ low: z.number(), high: z.number(), confidence: z.number(), method: z.string() })
    .optional()
    .describe('confidence interval of a rate or percentile, in the unit of what was observed'),
  sample: z
    .object({
      successes: count,
      trials: count,
      required: count.optional().describe('how many trials the threshold takes'),
      what: z.string().optional().describe('what was counted'),
    })
    .optional()
    .describe('for rates'),
  due: z
    .object({ fromMs: z.number(), untilMs: z.number() })
    .optional()
    .describe("where requests were counted: those due in this time since the variant's startedAt, its end not included"),
  result: z.enum(['true', 'false', 'unknown']).describe('what the observation says of the statement, whatever was expected'),
  expected: z.enum(['true', 'false']).describe('what must come out here: in the control a criterion may have to be false'),
  verdict: z.enum(['pass', 'fail', 'inconclusive']).describe('whether the result is as expected'),
  message: z.string().describe('one sentence: what was seen and what it means'),
  findings: z.array(z.string()).optional().describe('what exactly was wrong, at most 50'),
});

const fault = z.object({
  id: z.string(),
  fault: z.string().describe('for example `scale-to-zero`'),
  target: z.string().describe('for example `Deployment delivery`'),
  settings: records,
  injectedAt: at,
  bitAt: at.nullable().describe('when its effect was first seen; null: never'),
  undoneAt: at.nullable(),
  proof: z.object({ bit: z.boolean(), message: z.string() }),
  chosen: records.optional().describe('what the fault chose and found when it was planned, for example the Pod'),
});

const load = z.object({
  scenario: z.string(),
  executor: z.string(),
  settings: records,
  startedAt: at,
  endedAt: at,
  requests: count,
  succeeded: count,
  errors: z.record(z.string(), count).describe('failures by class: refused, reset, timeout, `status 503`'),
  latencyMs: z
    .object({ p50: z.number(), p90: z.number(), p95: z.number(), p99: z.number(), max: z.number(), mean: z.number() })
    .nullable()
    .describe('counted from the moment a request was due'),
  latencyIntervalsMs: z.object({ p50: span, p95: span, p99: span }).optional().describe('95 %, by order statistics'),
  latenessMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }).nullable().describe('how late requests left'),
  dropped: count.describe('due but never sent'),
  saturated: z.string().nullable().describe('why the loader could not keep its promise; null: it kept it'),
  thresholds: z
    .array(z.object({ metric: z.string(), expression: z.string(), holds: z.boolean(), observed: z.number().optional() }))
    .optional()
    .describe("of a script of k6's"),
});

const series = z.object({
  id: z.string(),
  title: z.string(),
  unit: z.string(),
  levels: z.array(z.string()).optional().describe('where values stand for states: the names of 0, 1, 2, …'),
  points: z
    .array(z.tuple([z.number(), z.number().nullable()]))
    .describe("[milliseconds since the variant's startedAt, value]; gaps are null"),
});

const event = z.object({
  at,
  source: z.enum(['kubernetes', 'lab']).describe('a Kubernetes Event, or an action of the lab'),
  type: z.enum(['Normal', 'Warning']),
  reason: z.string(),
  object: z.string(),
  message: z.string(),
  count: count.optional(),
});

const window = z.object({
  id: z.string(),
  title: z.string(),
  impliedMs: z.object({ low: z.number(), high: z.number() }).describe('what the manifests imply: the sum of the terms'),
  terms: z.array(z.object({ title: z.string(), lowMs: z.number(), highMs: z.number() })),
  observedMs: z.number().nullable().describe('null: it did not happen'),
  toleranceMs: z.number().describe('what measuring it may add on either side'),
  toleranceReason: z.string().optional().describe('why the platform has a part in that, where it has'),
});

const variant = z.object({
  name: z.string().min(1).describe('control, treatment, or the name of a further variant that the experiment declares'),
  overlay: z.string(),
  namespace: z.string(),
  difference: z.string().describe('what this variant differs by'),
  startedAt: at,
  endedAt: at,
  phases: z.array(z.object({ name: z.string(), startedAt: at, endedAt: at })),
  faults: z.array(fault),
  loads: z.array(load),
  checks: z.array(check),
  series: z.array(series),
  events: z.array(event),
  steps: z
    .array(z.object({ id: z.string(), do: z.string(), startedMs: z.number(), endedMs: z.number(), done: z.boolean() }))
    .optional()
    .describe('the steps of the method that this variant has; done: an await saw what it waited for'),
  baseline: z.record(z.string(), z.number()).optional().describe('what was read before the load, that times are implied from'),
  sightings: z
    .array(z.object({ atMs: z.number(), object: z.string(), saw: z.string() }))
    .optional()
    .describe('what the API told of Pods and Events, with when it came: Events themselves carry whole seconds only'),
  samples: z
    .object({
      csv: z.string().describe('with a header: due_ms, latency_ms, answer, connection, served_by'),
      leftOut: count.describe('requests that are not in it, because it would be too long: first of all those that succeeded'),
    })
    .optional()
    .describe('the requests of the load, in the order in which they were due'),
  measurements: z.array(z.object({ id: z.string(), title: z.string(), value: z.number().nullable(), unit: z.string() })),
  windows: z.array(window).optional().describe('how long things took, beside what the manifests imply'),
  error: z
    .object({
      message: z.string(),
      hint: z.string().optional(),
      logs: z.array(z.string()).optional(),
      platformGone: z.literal(true).optional(),
    })
    .nullable()
    .describe('why the variant could not be run to its end; null: it was. platformGone: what the lab stands on was gone'),
});

const outcome = z
  .enum(['passed', 'failed', 'inconclusive', 'errored'])
  .describe('failed: a finding about the system; inconclusive: the evidence does not suffice; errored: the lab itself broke');

const pooled = z.object({
  runs: z.array(z.object({ seed: z.int(), startedAt: at, endedAt: at, outcome, reason: z.string() })),
  spreads: z.array(
    z.object({
      variant: z.string(),
      kind: z.enum(['check', 'measurement', 'window']),
      id: z.string(),
      title: z.string(),
      unit: z.string(),
      values: z.array(z.number().nullable()).describe('run by run'),
    }),
  ),
});

export const journalShape = z.object({
  schema: z.literal(journalSchema),
  shoplab: z.string().describe('version of shoplab'),
  experiment: z.object({ name: z.string(), title: z.string(), description: z.string(), tags: z.array(z.string()) }),
  hypothesis: z.string().describe('what is claimed'),
  command: z.string().describe('repeats this run'),
  seed: z.int(),
  platform: z.object({
    name: z.string(),
    kubernetes: z.string(),
    node: z.string(),
    os: z.string(),
    cpus: z.int(),
    memoryBytes: z.number(),
  }),
  blastRadius: z.object({
    namespaces: z.string(),
    services: z.array(z.string()),
    pods: z.string(),
    mostPods: count.optional().describe('how many may be broken at the same time; absent: all of the services'),
    maxDurationMs: z.number(),
  }),
  startedAt: at,
  endedAt: at,
  outcome,
  reason: z.string().describe('the verdict in one sentence, with its numbers'),
  variants: z.array(variant),
  undoFailures: z.array(z.string()).describe('faults that could not be undone; empty: all were'),
  interrupted: z.string().nullable().describe('the signal that ended the run'),
  pooled: pooled.optional().describe('where it sums up several runs; what needs a time line is in their own journals'),
});

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Holds<T extends true> = T;
/** Does not compile where journal.ts and this file differ. */
export type SchemaIsContract = Holds<Same<Journal, z.infer<typeof journalShape>>>;

/** The published JSON Schema (2020-12). What it does not name is allowed: later versions of shoplab may add to journals. */
export function journalJsonSchema(): object {
  return {
    ...z.toJSONSchema(journalShape, { io: 'input' }),
    $id: `https://${journalSchema}`,
    title: 'shoplab journal',
    description: 'Everything that a run of an experiment saw. A run can be retold from it alone.',
  };
}
