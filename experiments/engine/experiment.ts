import type { Readable, Writable } from 'node:stream';
import type { RawAnswer } from './asking/ask-raw.ts';
import type { Check, CheckKind, FaultRecord, ImpliedWindow, LoadRecord, Series, VariantName } from './journal.ts';
import type { PipelineRun } from './pipeline.ts';
import type { Tolerance } from './platform-tolerance.ts';
import type { Sighting } from './sighting.ts';

/**
 * An experiment as it is declared: a plain object in experiments/catalog, one a file. It speaks only the Kubernetes API and HTTP (through
 * `Lab`), so it cannot tell the platforms apart. It runs twice: control (mechanism removed: the criteria have to come out false) and
 * treatment (mechanism in place: they have to hold).
 */
export interface Experiment {
  /** As typed: `async-decoupling`. */
  name: string;
  title: string;
  description: string;
  tags: string[];
  /** What is claimed, in one sentence. */
  hypothesis: string;
  /** What the faults may touch; checked before anything is injected. */
  blastRadius: {
    services: string[];
    /** In words. */
    pods: string;
    /** How many Pods may be broken at the same time; absent: all of these services. */
    mostPods?: number;
    maxDurationMs: number;
  };
  /** `others`: what lies between the two, by name; they run after the treatment, each with its own expectation. */
  variants: { control: Variant; treatment: Variant; others?: Record<string, OtherVariant> };
  /**
   * Whether its variants may run at the same time. `light`: they ask so little of a machine that they do not disturb each other's figures, so they
   * do where the nodes have room; `asked`: on two cores that have nothing else to do, so they do where that is asked for. Absent: never.
   */
  sideBySide?: 'light' | 'asked';
  /** What must be true before the load starts and after the method; a run whose gate is closed does not start. */
  steadyState: Probe[];
  /** What must hold all the while the method runs, in every variant; where one does not, the method is stopped and undone: inconclusive. */
  abortOn?: Guard[];
  /** Read once before the load starts; the criteria find it in their evidence. */
  baseline?(lab: Lab): Promise<Record<string, number>>;
  /** Load that runs from before the first action until after the last. */
  load: Scenario;
  /** How long all waits of the method last together, in ms, on a cluster whose metrics come late, where nobody says how long; absent: as declared. */
  loadMsWithLateMetrics?: number;
  /** Lines of the charts beside those of the load: made for each variant, read while it runs. */
  gauges?(): Gauge[];
  /** What is done, in order, while the load runs. */
  method: Step[];
  /** Questions asked when the load has ended. */
  criteria: Criterion[];
}

/** One of the two sides. */
export interface Variant {
  /** Below manifests/, for example `overlays/async-decoupling/control`. */
  overlay: string;
  /** What it differs by, in a sentence. */
  difference: string;
}

/** A further variant, for example with half of the mechanism: it shows what the other half is for. */
export interface OtherVariant extends Variant {
  /** What must come out, by the id of the check; what is not named must be true. */
  expects: Record<string, 'true' | 'false'>;
}

/** One question about the system, asked once. */
export interface Probe {
  id: string;
  /** States what must be true: `GET order/health/ready answers 200`. */
  title: string;
  ask(lab: Lab): Promise<{ holds: boolean; observed: string }>;
}

/** What must hold while the method runs, for example a service beside the one that is broken. */
export interface Guard {
  probe: Probe;
  /** It may be broken for less than this; 0 if absent: not once. */
  longerThanMs?: number;
}

/** A rate that is reached after so long, in a straight line from the one before (k6's stages). */
export interface Stage {
  /** Iterations a time unit. */
  target: number;
  durationMs: number;
}

/** A rate that changes in stages; the last target goes on until the load is stopped. */
export interface Ramp {
  startRate: number;
  /** What rates count by; 1000 if absent. */
  timeUnitMs?: number;
  stages: Stage[];
}

/** A number of VUs that changes in stages, in straight lines; the last target goes on until the load is stopped. */
export interface VURamp {
  startVUs: number;
  stages: Stage[];
}

/**
 * k6's executors. Of the arrival rates requests are due at their time, whatever becomes of those before (open model); of the VUs each sends its
 * next request when the one before is answered (closed model), so a slow system gets fewer.
 */
export type Executor = 'constant-arrival-rate' | 'ramping-arrival-rate' | 'constant-vus' | 'ramping-vus';

export interface Scenario {
  /** `k6`: a script, whose scenarios have executors of their own. */
  executor: Executor | 'k6';
  /** Iterations a second; of a ramp the highest; null where VUs send as fast as they are answered. */
  rate: number | null;
  /** How the rate changes, for `ramping-arrival-rate`. */
  ramp?: Ramp;
  /** How the number of VUs changes, for `ramping-vus`. */
  vuRamp?: VURamp;
  /**
   * How many requests may be in flight at once: with an arrival rate those that are due beyond that are dropped, and the loader is saturated; of
   * VUs it is their number, of a ramp the highest.
   */
  maxVUs: number;
  /** VUs wait a time drawn between 0 and this before their next request; 0 if absent. */
  pauseMs?: number;
  /** So many requests each VU sends, and no more. */
  iterationsPerVU?: number;
  /** How late requests may leave (p99) before the loader counts as saturated; 100 if absent. */
  maxLatenessMs?: number;
  /**
   * So many kept-alive connections take turns, as those of so many clients would; each stays with its Pod. More are opened, up to `maxVUs`, only
   * while all of these wait for answers. Absent: the VUs share a pool, and a request goes on any connection that is free.
   */
  connections?: number;
  /** Each request goes on a connection of its own, which ends with the answer. */
  noConnectionReuse?: boolean;
  /** How long after the last request is due the loader waits for answers. */
  gracefulStopMs: number;
  request: {
    service: string;
    port: number;
    method: string;
    path: string;
    headers?: Record<string, string>;
    /** Sent as JSON. Path and bodies may have placeholders, see experiments/load/request-template. */
    body?: unknown;
    /** Taken in turn, in place of `body`. */
    bodies?: unknown[];
    /** Sent as it is, in place of both. */
    text?: string;
    timeoutMs: number;
  };
  /** Absolute path of a script for k6, which is the load; `request` says whose address it gets. */
  script?: string;
  /** Rows that `{{csv.COLUMN}}` takes in turn. */
  rows?: Record<string, string>[];
  /** Statuses that count as success. */
  expectStatuses: number[];
  /** Starts the load generator; made by the functions in experiments/load. */
  start(options: LoadOptions): Promise<RunningLoad>;
}

export interface LoadOptions {
  /** The declaration with the overrides of this run. */
  scenario: Omit<Scenario, 'start'>;
  /** Of all that is drawn. */
  seed: number;
  /** Requests come from a Pod in this namespace; absent: from a process of this machine. */
  pod?: Pick<Lab, 'kube' | 'namespace' | 'signal' | 'say' | 'imageOf'>;
  /** `http://127.37.200.2:8081` */
  origin: string;
  /** Ends by itself after so long, whatever happens to its starter. */
  maxDurationMs: number;
  /** Milliseconds since the variant's startedAt. */
  elapsedMs(): number;
  /** Called every now and then while it runs, with the requests that have ended since. */
  onSamples(samples: Sample[]): void;
}

export interface RunningLoad {
  /** No new requests; waits for those in flight as long as the graceful stop allows. Called again it answers the same. */
  stop(): Promise<LoadRecord>;
  /** Ends it at once. */
  kill(): void;
  /** Settles only by rejecting: the generator has died. */
  readonly failed: Promise<never>;
}

/** A number looked at again and again while a variant runs, for a line in its charts. */
export interface Gauge {
  id: string;
  title: string;
  unit: string;
  /** Where values stand for states: the names of 0, 1, 2, … */
  levels?: string[];
  everyMs: number;
  /** null: it cannot be known now. */
  read(lab: Lab): Promise<number | null>;
}

/**
 * Inject a fault, undo it, wait for something, or measure. An `await` that times out does not end the run: it is a criterion that came out
 * false, named `id`, and expected to hold in both variants.
 */
export type Step = { /** Left out in the other variant. */ only?: VariantName } & (
  | { do: 'wait'; title: string; durationMs: number }
  | {
      do: 'await';
      id: string;
      title: string;
      timeoutMs: number;
      /** Where it is what the run needs to prove anything, and not what is asked of the system: missing evidence then, no finding. */
      kind?: 'steady-state';
      /** How often it is asked; 250 if absent. */
      everyMs?: number;
      until(lab: Lab): Promise<{ done: boolean; observed: string }>;
    }
  | { do: 'inject'; fault: Fault }
  | { do: 'undo'; fault: string }
);

/** A fault ready to be injected into one lab; made by the functions in experiments/faults. */
export interface Fault {
  id: string;
  /** `scale-to-zero`, `pod-delete`, … */
  name: string;
  /** `Deployment delivery`. */
  target: string;
  settings: Record<string, unknown>;
  /** What it will do, in a sentence, for `show`. */
  description: string;
  /** Services that feel it; must lie within the blast radius. */
  services: string[];
  /** How many Pods it breaks; `all`: of its services. */
  pods: 0 | 1 | 'all';
  /** Says what the undo is, written to disk before `inject`; then breaks. */
  plan(lab: Lab): Promise<UndoEntry>;
  /** What has to be in place before the load starts, and harms nobody until `inject`; the undo takes it away too. */
  prepare?(lab: Lab, undo: UndoEntry): Promise<void>;
  inject(lab: Lab, undo: UndoEntry): Promise<void>;
  /** The proof that it bit: looked at from injection until undo. Resolves when seen; `bit: false` where it took no effect within its time. */
  prove(lab: Lab, undo: UndoEntry): Promise<{ bit: boolean; at?: string; message: string }>;
}

/** What it takes to undo a fault, as plain JSON: it survives the process. */
export interface UndoEntry {
  fault: string;
  /** An operation that experiments/engine/undo knows, for example `scale`. */
  operation: string;
  namespace: string;
  arguments: Record<string, unknown>;
}

/** What is asked when all is over, with the load's samples and the faults' times at hand. */
export interface Criterion {
  id: string;
  evaluate(lab: Lab, evidence: Evidence): Promise<CheckDraft[]>;
}
/** A check before the engine has judged it; `expected` is its value in the control (true: it must hold there too). */
export type CheckDraft = Omit<Check, 'expected' | 'verdict' | 'kind'> & {
  kind?: CheckKind;
  expectedInControl: 'true' | 'false';
  /** Whether a slower machine could turn it false: time-outs and percentiles are such, counts of orders are not. See engine/machine. */
  dependsOnSpeed?: boolean;
};

export interface Sample {
  /** Milliseconds since the variant's startedAt when it was due. */
  dueMs: number;
  /** How much later it was sent. */
  lateMs: number;
  /** From due to the last byte, or to the error. */
  latencyMs: number;
  /** Status, or 0 where none came. */
  status: number;
  /** '' for success, else the class: refused, reset, timeout, `status 503`. */
  error: string;
  /** Body of an expected answer. */
  body?: unknown;
  /** Where connections take turns: the number of the one that it went on, counted over the whole load. */
  connection?: number;
  /** When that was opened, since the variant's startedAt. */
  connectedMs?: number;
  /** Header `x-served-by` of the answer: the Pod, where a service tells. */
  servedBy?: string;
}

export interface Evidence {
  variant: VariantName;
  /** The variant's startedAt: samples, steps and series count from it. */
  startedAt: string;
  load: LoadRecord;
  samples: Sample[];
  faults: FaultRecord[];
  /** When each step of the method began and ended, and whether an `await` saw what it waited for. */
  steps: StepRecord[];
  series: Series[];
  /** Each change of a Pod and each Event that the API told, with when it came. */
  sightings: readonly Sighting[];
  /** What the experiment's `baseline` read. */
  baseline: Record<string, number>;
  /** What the platform adds to how exactly a time can be told. */
  tolerance: Tolerance;
  /** Adds a number worth telling. */
  measure(id: string, title: string, value: number | null, unit: string): void;
  /** Adds how long something took beside what the manifests imply; the report draws both as bars. It judges nothing: that is a check's. */
  window(window: ImpliedWindow): void;
}

export interface StepRecord {
  /** Id of an `await` or of the fault, title of a `wait`. */
  id: string;
  do: Step['do'];
  startedMs: number;
  endedMs: number;
  done: boolean;
}

/** The system under test, reached by the Kubernetes API and HTTP alone. */
export interface Lab {
  readonly namespace: string;
  readonly signal: AbortSignal;
  /** Of all that is drawn in this run. */
  readonly seed: number;
  /** The Kubernetes API by the lab's kubeconfig. */
  readonly kube: KubeClients;
  /** What a Pod of the lab's own has to call an image on this cluster. */
  imageOf(image: string): string;
  /** Milliseconds since the variant's startedAt. */
  elapsedMs(): number;
  /** Now as the journal has it, on the clock of `elapsedMs`. */
  now(): string;
  /** Requests of the load that have ended so far. */
  samples(): readonly Sample[];
  /** One HTTP request to a Service of the namespace, on a connection of its own. Rejects where no answer comes. */
  http(service: string, port: number, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  /** GETs a path of a Service and looks at the connection itself. `silentMs`: how long it may take in all. */
  askRaw(service: string, port: number, path: string, silentMs: number): Promise<RawAnswer>;
  /** Whether anybody takes a connection: `accepted`, `refused` (also where it is cut at once), `no answer`, or what else came. */
  tryConnection(service: string, port: number): Promise<string>;
  /** Runs the pipeline of the manifests on this namespace, to its end. Rejects where the run has none. */
  runPipeline(variables: Record<string, string>): Promise<PipelineRun>;
  /** Says what is going on, for progress and journal. */
  say(text: string): void;
  /** Adds points to a chart. */
  plot(seriesId: string, title: string, unit: string, value: number | null, levels?: string[]): void;
}

/** The Kubernetes API of the lab as plain JSON; credentials come from the kubeconfig. */
export interface KubeClients {
  /** One request. `path` as in `/api/v1/namespaces/x/pods?labelSelector=a%3Db`. Rejects with a KubeError for 400 and above. */
  request<T = unknown>(method: string, path: string, body?: unknown, contentType?: string, signal?: AbortSignal): Promise<T>;
  /** What is there, then each change, until the signal aborts; goes on where the connection breaks. Rejects where it never began. */
  watch<T = unknown>(
    path: string,
    signal: AbortSignal,
    onChange: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T) => void,
  ): Promise<void>;
  /** Runs a command in a container. Rejects where it cannot be started. */
  exec(namespace: string, pod: string, container: string, command: string[]): Promise<ExecResult>;
  /** The same, for one that runs on and is spoken with. */
  stream(namespace: string, pod: string, container: string, command: string[]): Promise<PodStream>;
}

/** A command that runs in a container, spoken with while it does. */
export interface PodStream {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** When the connection has ended, whoever ended it; with the command's exit code, null where none came. Never rejects. */
  readonly ended: Promise<number | null>;
  /** Ends the connection. */
  close(): void;
}

export interface ExecResult {
  /** null: the connection ended without one, as it does where the command ends its own container. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
}
