import { setTimeout as pause } from 'node:timers/promises';
import type { KubeClients } from '../experiment.ts';
import { LabError } from '../lab-error.ts';
import { type Applied, decideReadiness, type NotReady, type WorkloadsSeen } from './decide-readiness.ts';
import type { PodTrouble } from './pod-trouble.ts';

const logLines = 20;
const recheckMs = 1000;
/** Longer than Pods on their way out keep a node's room, by the usual grace. */
const homelessForMs = 50_000;

export interface WaitReadyOptions {
  kube: KubeClients;
  namespace: string;
  applied: readonly Applied[];
  /** What the watches have seen so far. */
  seen: () => WorkloadsSeen;
  /** Resolves at the next change. */
  changed: (signal: AbortSignal) => Promise<void>;
  timeoutMs: number;
  signal: AbortSignal;
  say: (text: string) => void;
}

/** Until all workloads are ready. Rejects with a LabError that names the first that is not, why, and the last lines of its Pod's log. */
export async function waitReady(options: WaitReadyOptions): Promise<void> {
  const { applied, seen, changed, timeoutMs, signal, say } = options;
  const startedMs = performance.now();
  let roomUntilMs = 0;
  for (;;) {
    signal.throwIfAborted();
    const missing = decideReadiness(seen(), applied);
    const [first] = missing;
    const waitedMs = performance.now() - startedMs;
    if (!first) return;
    const homeless = missing.find(({ trouble }) => trouble?.homeless);
    if (!homeless) roomUntilMs = waitedMs;
    else if (waitedMs - roomUntilMs > homelessForMs) throw await failure(options, homeless, waitedMs);
    if (first.trouble?.hopeless || waitedMs > timeoutMs) throw await failure(options, first, waitedMs);
    say(`${Math.round(waitedMs / 1000)} s of ${timeoutMs / 1000} s: ${missing.map(({ what }) => what).join(', ')}${why(first.trouble)}`);
    const tick = new AbortController();
    await Promise.race([changed(tick.signal), pause(recheckMs, undefined, { signal: tick.signal }).catch(() => undefined)]);
    tick.abort();
  }
}

const why = (trouble: PodTrouble | undefined): string => (trouble ? `: ${trouble.message}` : '');

async function failure({ kube, namespace }: WaitReadyOptions, { what, trouble }: NotReady, waitedMs: number): Promise<LabError> {
  const logs = trouble?.container ? await lastLines(kube, namespace, trouble) : undefined;
  return new LabError(`${what} after ${Math.round(waitedMs / 1000)} s${why(trouble)}`, {
    hint: hintFor(trouble),
    ...(logs && { logs }),
  });
}

function hintFor(trouble: PodTrouble | undefined): string {
  if (!trouble) return 'look at the Events of the namespace';
  if (trouble.homeless) return 'the nodes have no room for it: end something on them, or let it request less';
  return `the log of Pod ${trouble.pod} should say why it did not start`;
}

async function lastLines(kube: KubeClients, namespace: string, { pod, container, previous }: PodTrouble): Promise<string[]> {
  const read = async (ofPrevious: boolean): Promise<string[]> => {
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log?container=${container}&tailLines=${logLines}${ofPrevious ? '&previous=true' : ''}`;
    const text = await kube.request('GET', path);
    return (typeof text === 'string' ? text : JSON.stringify(text)).split('\n').filter((line) => line.trim() !== '');
  };
  const attempts = previous ? [true, false] : [false, true];
  const failures: string[] = [];
  for (const ofPrevious of attempts) {
    try {
      const lines = await read(ofPrevious);
      if (lines.length > 0) return lines;
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  return failures.length > 0 ? [`(the log could not be read: ${failures.join('; ')})`] : ['(the log is empty)'];
}
