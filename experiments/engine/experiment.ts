import type { Check, FaultRecord, LoadRecord, Series, VariantName } from './journal.ts';

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
  blastRadius: { services: string[]; pods: string; maxDurationMs: number };
  variants: Record<VariantName, Variant>;
  /** What must be true before the load starts and after the method; a run whose gate is closed does not start. */
  steadyState: Probe[];
  /** Load that runs from before the first action until after the last. */
  load: Scenario;
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

/** One question about the system, asked once. */
export interface Probe {
  id: string;
  /** States what must be true: `GET order/health/ready answers 200`. */
  title: string;
  ask(lab: Lab): Promise<{ holds: boolean; observed: string }>;
}

export interface Scenario {
  executor: 'constant-arrival-rate';
  /** Iterations a second. */
  rate: number;
  /** How many requests may be in flight at once; beyond that arrivals are dropped and the loader is saturated. */
  maxVUs: number;
  /** How long after the last request is due the loader waits for answers. */
  gracefulStopMs: number;
  request: {
    service: string;
    port: number;
    method: string;
    path: string;
    headers?: Record<string, string>;
    body?: unknown;
    timeoutMs: number;
  };
  /** Statuses that count as success. */
  expectStatuses: number[];
}

/** Inject a fault, undo it, wait for something, or measure. */
export type Step =
  | { do: 'wait'; title: string; durationMs: number }
  | { do: 'await'; title: string; timeoutMs: number; until(lab: Lab): Promise<{ done: boolean; observed: string }> }
  | { do: 'inject'; fault: Fault }
  | { do: 'undo'; fault: string };

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
  /** Says what the undo is, written to disk before `inject`; then breaks. */
  plan(lab: Lab): Promise<UndoEntry>;
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
export type CheckDraft = Omit<Check, 'expected' | 'verdict'> & { expectedInControl: 'true' | 'false' };

export interface Sample {
  /** Milliseconds since the variant's startedAt when it was due. */
  dueMs: number;
  /** From due to the last byte, or to the error. */
  latencyMs: number;
  /** Status, or 0 where none came. */
  status: number;
  /** '' for success, else the class: refused, reset, timeout, `status 503`. */
  error: string;
  /** Body of an expected answer. */
  body?: unknown;
}

export interface Evidence {
  variant: VariantName;
  load: LoadRecord;
  samples: Sample[];
  faults: FaultRecord[];
  series: Series[];
  /** Adds a number worth telling. */
  measure(id: string, title: string, value: number | null, unit: string): void;
}

/** The system under test, reached by the Kubernetes API and HTTP alone. */
export interface Lab {
  readonly namespace: string;
  readonly signal: AbortSignal;
  /** Typed Kubernetes clients for the lab's kubeconfig. */
  readonly kube: KubeClients;
  /** Milliseconds since the variant's startedAt. */
  elapsedMs(): number;
  /** One HTTP request to a Service of the namespace. */
  http(service: string, port: number, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  /** Says what is going on, for progress and journal. */
  say(text: string): void;
  /** Adds points to a chart. */
  plot(seriesId: string, title: string, unit: string, value: number | null): void;
}

/** The clients of @kubernetes/client-node that experiments use; made lazily, as the package is slow to import. */
export interface KubeClients {
  readonly core: import('@kubernetes/client-node').CoreV1Api;
  readonly apps: import('@kubernetes/client-node').AppsV1Api;
  readonly config: import('@kubernetes/client-node').KubeConfig;
}
