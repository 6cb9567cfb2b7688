import type { Fault, Lab } from '../engine/experiment.ts';
import { usualChaosPort } from '../engine/kube/guard-chaos-port.ts';
import { podProxyPath } from '../engine/kube/pod-path.ts';
import { findVictim } from './chaos-port.ts';

/** No fault lasts longer: a hang that nobody detects is ended by its undo. */
const longestMs = 600_000;
/** A Pod that says nothing for so long does not only think. */
const silentMs = 1000;

export interface EventLoopHangOptions {
  id: string;
  /** Service that feels it; its Pods carry the label `app=<service>`, and the chaos port has to be on in them (SHOPLAB_CHAOS=1). */
  service: string;
  /** Port of the container that answers `path`, to see that it does no longer. */
  port: number;
  /** A path that answers at once where the event loop turns. */
  path?: string;
  chaosPort?: number;
  /** How long the chaos port may take to answer before the hang. */
  biteWithinMs?: number;
}

/**
 * Blocks the event loop of the oldest Pod of a service, as a deadlock or an endless loop does: its connections stay open, the kernel goes on
 * accepting new ones, and nothing is answered, SIGTERM included. From outside nothing can end that but a kill, so the undo replaces the Pod,
 * unless its kubelet has restarted it.
 */
export function eventLoopHang({
  id,
  service,
  port,
  path = '/health/live',
  chaosPort = usualChaosPort,
  biteWithinMs = 30_000,
}: EventLoopHangOptions): Fault {
  return {
    id,
    name: 'event-loop-hang',
    target: `Pod app=${service}`,
    settings: { port, path, chaosPort, durationMs: longestMs },
    description: `blocks the event loop of the oldest Pod of ${service}`,
    services: [service],
    pods: 1,
    async plan(lab) {
      const victim = await findVictim(lab, service, chaosPort, biteWithinMs);
      const base = { fault: id, namespace: lab.namespace };
      return victim
        ? { ...base, operation: 'replace-pod', arguments: { ...victim } }
        : { ...base, operation: 'none', arguments: { pod: null } };
    },
    async inject(lab, { arguments: { pod } }) {
      if (pod === null) return;
      await lab.kube.request('POST', podProxyPath(lab, String(pod), chaosPort, '/hang'), { durationMs: longestMs });
    },
    async prove(lab, { arguments: { pod } }) {
      if (pod === null) return { bit: false, message: `there is no Pod of ${service} whose chaos port ${chaosPort} answers` };
      // The loop hangs as soon as the chaos port's answer is out.
      const at = lab.now();
      const answer = await answerWithin(lab, podProxyPath(lab, String(pod), port, path), silentMs);
      if (answer !== null) return { bit: false, message: `Pod ${pod} still answers GET ${path}: ${answer}` };
      return { bit: true, at, message: `Pod ${pod} has not answered GET ${path} within ${silentMs / 1000} s` };
    },
  };
}

/** What was answered, in a word; null: nothing within the time. */
async function answerWithin(lab: Lab, path: string, withinMs: number): Promise<string | null> {
  const silence = AbortSignal.timeout(withinMs);
  try {
    await lab.kube.request('GET', path, undefined, undefined, AbortSignal.any([silence, lab.signal]));
    return 'with success';
  } catch (error) {
    lab.signal.throwIfAborted();
    return silence.aborted ? null : (error as Error).message;
  }
}
