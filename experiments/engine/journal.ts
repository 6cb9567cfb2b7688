/**
 * The journal: everything that a run saw, as versioned JSON. A run can be retold from it alone; reports are made from nothing else.
 * Times are RFC 3339 with milliseconds in UTC; durations and chart times are numbers with their unit in the name.
 */
export const journalSchema = 'shoplab.dev/journal/v1';

/** `failed` is a finding about the system; `inconclusive` says the evidence does not suffice; `errored` that the lab itself broke. */
export type Outcome = 'passed' | 'failed' | 'inconclusive' | 'errored';

/** `control` or `treatment`, which every experiment has, or the name of a further variant that it declares: `no-prestop`. */
export type VariantName = string;

/** What is looked at: was the system well before, did the fault bite, was the load as declared, did what must not break hold, did the system hold. */
export type CheckKind = 'steady-state' | 'fault' | 'load' | 'guard' | 'criterion' | 'recovered';

/** One question with its answer, its threshold and how sure the answer is. */
export interface Check {
  /** Stable within the experiment, for example `availability`. */
  id: string;
  kind: CheckKind;
  /** A sentence that states what must be true, for example `every accepted order has exactly one delivery`. */
  title: string;
  observed: { value: number | string | boolean | null; unit?: string; text: string };
  threshold: { op: '>=' | '<=' | '==' | '>' | '<'; value: number | string | boolean; unit?: string; text: string };
  /** Confidence interval of a rate or percentile. */
  interval?: { low: number; high: number; confidence: number; method: string };
  /** For rates: the count, and how many clean trials the threshold takes. */
  sample?: {
    successes: number;
    trials: number;
    required?: number /** What was counted: `orders accepted while delivery was down`. */;
    what?: string;
  };
  /** Where requests were counted: those that were due in this time since the variant's startedAt, its end not included. `samples` has them. */
  due?: { fromMs: number; untilMs: number };
  /** What the observation says of the statement, whatever was expected. `unknown`: the sample cannot say, or nothing was observed. */
  result: 'true' | 'false' | 'unknown';
  /** What must come out here: in the control the criterion has to be false for the experiment to prove anything. */
  expected: 'true' | 'false';
  /** Whether result is as expected: `pass`, `fail`, or `inconclusive` for unknown. */
  verdict: 'pass' | 'fail' | 'inconclusive';
  /** One sentence for people: what was seen and what it means. */
  message: string;
  /** What exactly was wrong, for example the ids of doubled orders. At most 50. */
  findings?: string[];
}

export interface FaultRecord {
  id: string;
  /** For example `scale-to-zero`. */
  fault: string;
  /** For example `Deployment delivery`. */
  target: string;
  settings: Record<string, unknown>;
  injectedAt: string;
  /** When its effect was first seen; null: never. */
  bitAt: string | null;
  undoneAt: string | null;
  /** The proof: what was looked at, and what was seen. */
  proof: { bit: boolean; message: string };
  /** What it chose and found when it was planned, for example the Pod; absent where nothing was chosen. */
  chosen?: Record<string, unknown>;
}

/** A line of a chart; x in milliseconds since the variant's startedAt. Gaps are null. */
export interface Series {
  id: string;
  title: string;
  /** For example `requests/s`, `ms`, `orders`, `Pods`. */
  unit: string;
  /** Where values stand for states: the names of 0, 1, 2, …, for example `closed`, `half-open`, `open`. */
  levels?: string[];
  points: [atMs: number, value: number | null][];
}

/**
 * How long something took, beside how long the manifests say that it takes: detection by a liveness probe, the HPA's decision, a restart.
 * The implied range is the sum of its terms, each the least and the most that one setting adds.
 */
export interface ImpliedWindow {
  /** Stable within the experiment, for example `detection`. */
  id: string;
  /** For example `from the hang to the restart`. */
  title: string;
  impliedMs: { low: number; high: number };
  terms: { /** For example `(failureThreshold - 1) x periodSeconds`. */ title: string; lowMs: number; highMs: number }[];
  /** null: it did not happen. */
  observedMs: number | null;
  /** What measuring it may add on either side. */
  toleranceMs: number;
  /** Why the platform has a part in that, where it has. */
  toleranceReason?: string;
}

export interface EventRecord {
  at: string;
  /** Where it comes from: Kubernetes (an Event) or the lab (an action). */
  source: 'kubernetes' | 'lab';
  type: 'Normal' | 'Warning';
  reason: string;
  /** For example `Pod/order-5d9-abcde`. */
  object: string;
  message: string;
  count?: number;
}

/** What a script of k6's held its load to. */
export interface LoadThreshold {
  metric: string;
  /** `p(95)<300` */
  expression: string;
  holds: boolean;
  /** The figure, in k6's units; absent where k6 tells none of that name. */
  observed?: number;
}

/** One load generator's account of itself. Latencies count from the moment a request was due (open model). */
export interface LoadRecord {
  scenario: string;
  executor: string;
  settings: Record<string, unknown>;
  startedAt: string;
  endedAt: string;
  requests: number;
  succeeded: number;
  /** Failures by class: refused, reset, timeout, `status 503`, … */
  errors: Record<string, number>;
  latencyMs: { p50: number; p90: number; p95: number; p99: number; max: number; mean: number } | null;
  /** Confidence intervals (95 %, order statistics) of some percentiles; `high` is null where the sample does not bound it. */
  latencyIntervalsMs?: Record<'p50' | 'p95' | 'p99', { low: number | null; high: number | null }>;
  /** How late requests left, against when they were due; null where there were none, or k6 sent them, which does not tell. */
  latenessMs: { p50: number; p99: number; max: number } | null;
  /** Requests that were due but never sent, because too many were in flight or the loader fell behind. */
  dropped: number;
  /** Why the loader could not keep its promise; null: it kept it. */
  saturated: string | null;
  /** Of a script of k6's. */
  thresholds?: LoadThreshold[];
}

/** A step of the run with how long it took: apply, wait Ready, gate, method, … */
export interface Phase {
  name: string;
  startedAt: string;
  endedAt: string;
}

/** The requests of a load as CSV, in the order in which they were due: `jq -r '.variants[0].samples.csv'` makes a file of it. */
export interface SampleTable {
  /** With a header: due_ms, latency_ms, answer, connection, served_by; see engine/sample-table.ts. */
  csv: string;
  /** Requests that are not in it, because it would be too long: those that succeeded, and where even the others were too many, some of these. */
  leftOut: number;
}

export interface VariantRecord {
  name: VariantName;
  /** The kustomize overlay, for example `overlays/async-decoupling/control`. */
  overlay: string;
  namespace: string;
  /** What this variant differs by, in a sentence. */
  difference: string;
  startedAt: string;
  endedAt: string;
  phases: Phase[];
  faults: FaultRecord[];
  loads: LoadRecord[];
  checks: Check[];
  series: Series[];
  events: EventRecord[];
  /** The steps of the method that this variant has; `done`: an `await` saw what it waited for. */
  steps?: { id: string; do: string; startedMs: number; endedMs: number; done: boolean }[];
  /** What was read before the load, that times are implied from. */
  baseline?: Record<string, number>;
  /** What the API told of Pods and Events, with when it came: Events themselves carry whole seconds only. */
  sightings?: { atMs: number /** `Pod/order-5d9-abcde` */; object: string /** `Running; Ready; app running, 0 restarts` */; saw: string }[];
  /** Every request of the load, so that what is counted can be counted again. */
  samples?: SampleTable;
  /** Numbers worth telling beside the checks, for example backlog at its peak, convergence time. */
  measurements: { id: string; title: string; value: number | null; unit: string }[];
  /** Observed beside implied; absent where the manifests imply nothing that was timed. */
  windows?: ImpliedWindow[];
  /** Why the variant could not be run to its end; null: it was. `hint`: what to do. `logs`: last lines of the Pod at fault. */
  /** `platformGone`: what the lab stands on was gone, so nothing here says anything about the system. */
  error: { message: string; hint?: string; logs?: string[]; platformGone?: true } | null;
}

export interface Journal {
  schema: typeof journalSchema;
  shoplab: string;
  experiment: { name: string; title: string; description: string; tags: string[] };
  /** What is claimed, in a sentence. */
  hypothesis: string;
  /** The command that repeats this run. */
  command: string;
  seed: number;
  platform: { name: string; kubernetes: string; node: string; os: string; cpus: number; memoryBytes: number };
  /** `mostPods`: how many may be broken at the same time; absent: all of the services. */
  blastRadius: { namespaces: string; services: string[]; pods: string; mostPods?: number; maxDurationMs: number };
  startedAt: string;
  endedAt: string;
  outcome: Outcome;
  /** The verdict in one sentence, with its numbers. */
  reason: string;
  variants: VariantRecord[];
  /** Faults that could not be undone; empty: all were. */
  undoFailures: string[];
  /** Set where a signal ended the run. */
  interrupted: string | null;
  /** Set where it sums up several runs of the experiment: what needs a time line is in their own journals. */
  pooled?: Pooled;
}

export interface Pooled {
  /** In their order. */
  runs: { seed: number; startedAt: string; endedAt: string; outcome: Outcome; reason: string }[];
  spreads: Spread[];
}

/** One number, run by run; null where a run does not have it. */
export interface Spread {
  variant: VariantName;
  kind: 'check' | 'measurement' | 'window';
  id: string;
  title: string;
  unit: string;
  values: (number | null)[];
}
