export type ProbeKind = 'startup' | 'liveness' | 'readiness';
export type ProbeResult = 'Success' | 'Failure' | 'Unknown';

export interface ProbeRules {
  kind: ProbeKind;
  initialDelaySeconds: number;
  successThreshold: number;
  failureThreshold: number;
  restartPolicy: string;
}

/** What the worker remembers between tries. */
export interface ProbeMemory {
  /** Of the container instance that the result is about. */
  containerID?: string;
  result: ProbeResult;
  /** Liveness failed or startup decided: nothing is asked until there is a new instance. */
  onHold: boolean;
  last?: 'Success' | 'Failure';
  run: number;
}

/** The container as the Pod's status last had it. */
export interface ProbedContainer {
  /** Absent before its first instance. */
  containerID?: string;
  /** Cut to the second; absent where it does not run. */
  startedAtMs?: number;
  terminated: boolean;
  started: boolean;
  podDeleting: boolean;
  podFinished: boolean;
}

export type Outcome = { is: 'success' } | { is: 'warning' | 'failure'; text: string } | { is: 'error'; text: string; state: string };

const INITIAL: Record<ProbeKind, ProbeResult> = { startup: 'Unknown', liveness: 'Success', readiness: 'Failure' };
const TRIES = 3;

export const newMemory = (kind: ProbeKind): ProbeMemory => ({ result: INITIAL[kind], onHold: false, run: 0 });

/** Whether to ask at this tick, wait for the next, or end the worker (pkg/kubelet/prober/worker.go, doProbe up to the probe itself). */
export function decideTry(
  rules: ProbeRules,
  memory: ProbeMemory,
  container: ProbedContainer,
  nowMs: number,
): { memory: ProbeMemory; next: 'ask' | 'wait' | 'end' } {
  if (container.podFinished) return { memory, next: 'end' };
  if (!container.containerID) return { memory, next: 'wait' };
  const isNew = memory.containerID !== container.containerID;
  const current = isNew ? { ...memory, containerID: container.containerID, result: INITIAL[rules.kind], onHold: false } : memory;
  if (current.onHold) return { memory: current, next: 'wait' };
  if (container.startedAtMs === undefined) {
    const goesOn = !container.terminated || rules.restartPolicy !== 'Never';
    return { memory: { ...current, result: 'Failure' }, next: goesOn ? 'wait' : 'end' };
  }
  if (container.podDeleting && rules.kind !== 'readiness') return { memory: { ...current, result: 'Success' }, next: 'end' };
  const runsForSeconds = Math.trunc((nowMs - container.startedAtMs) / 1000);
  if (runsForSeconds < rules.initialDelaySeconds) return { memory: current, next: 'wait' };
  return { memory: current, next: container.started === (rules.kind !== 'startup') ? 'ask' : 'wait' };
}

/** Asks up to three times while the answer is an error (prober.go, runProbeWithRetries). */
export async function askWithRetries(ask: () => Promise<Outcome>): Promise<Outcome> {
  let outcome = await ask();
  for (let tries = 1; tries < TRIES && outcome.is === 'error'; tries += 1) outcome = await ask();
  return outcome;
}

/** What is remembered after an outcome (worker.go, doProbe from the probe on). Errors are thrown away. */
export function decideResult(rules: ProbeRules, memory: ProbeMemory, outcome: Outcome): ProbeMemory {
  if (outcome.is === 'error') return memory;
  const last = outcome.is === 'failure' ? 'Failure' : 'Success';
  const run = memory.last === last ? memory.run + 1 : 1;
  const threshold = last === 'Failure' ? rules.failureThreshold : rules.successThreshold;
  if (run < threshold) return { ...memory, last, run };
  const holds = rules.kind === 'startup' || (rules.kind === 'liveness' && last === 'Failure');
  return { ...memory, last, run: holds ? 0 : run, result: last, onHold: holds };
}

/** The Event of a try, of type Warning; none for a success (prober.go, probe). */
export function describeOutcome(kind: ProbeKind, outcome: Outcome): { reason: string; message: string } | undefined {
  const title = kind.charAt(0).toUpperCase() + kind.slice(1);
  switch (outcome.is) {
    case 'success':
      return undefined;
    case 'warning':
      return { reason: 'ProbeWarning', message: `${title} probe warning: ${outcome.text}` };
    case 'failure':
      return { reason: 'Unhealthy', message: `${title} probe failed: ${outcome.text}` };
    case 'error':
      return { reason: 'Unhealthy', message: `${title} probe errored and resulted in ${outcome.state} state: ${outcome.text}` };
  }
}
