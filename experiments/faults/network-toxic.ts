import { setTimeout as pause } from 'node:timers/promises';
import type { RawAnswer } from '../engine/asking/ask-raw.ts';
import type { Fault, Lab, UndoEntry } from '../engine/experiment.ts';
import { podsOf } from './pods-of.ts';
import { askToxiproxy, putInFront } from './toxic-proxy/put-in-front.ts';
import { planStandIn, type ServiceSpec, type StandIn } from './toxic-proxy/stand-in.ts';
import { describeToxic, type Toxic } from './toxic-proxy/toxic.ts';
import { decideBite, silenceMs } from './toxic-proxy/toxic-effect.ts';

/** So many connections at a time look for the effect, which with a toxicity below 1 only some of them see. */
const probesAtOnce = 8;
const betweenMs = 100;

export interface NetworkToxicOptions {
  id: string;
  /** Service that feels it; where Services are asked from outside the cluster, of type LoadBalancer, so that the effect can be seen. */
  service: string;
  /** The Service's port that gets the toxics. */
  port: number;
  toxics: Toxic[];
  /** A path that answers at once, for the proof. */
  path?: string;
  /** How long it may take until each toxic was seen to act. */
  biteWithinMs?: number;
}

/**
 * Makes the network of a Service bad, by Toxiproxy's toxics. A Toxiproxy Pod stands in front of the Service: a second Service leads from there
 * to the Pods, and the selector of the first is switched. It is put there before the load starts, without toxics: a kept-alive connection stays
 * with the Pod that it was made to, so connections from before would never feel them; those of the load all go through the proxy, and toxics
 * act on connections that are there. What other clients had kept open before ages out by their own idle time-outs. The undo takes the toxics
 * out at once, then switches back; connections through the proxy's Pod end with it two seconds later.
 */
export function networkToxic({ id, service, port, toxics, path = '/health/live', biteWithinMs = 20_000 }: NetworkToxicOptions): Fault {
  const told = toxics.map(describeToxic).join(' and ');
  const before = new WeakMap<UndoEntry, RawAnswer>();
  return {
    id,
    name: 'network-toxic',
    target: `Service ${service}`,
    settings: { port, toxics, path },
    description: `puts ${told} between Service ${service} and its clients`,
    services: [service],
    pods: 'all',
    async plan(lab) {
      const { spec } = await lab.kube.request<{ spec: ServiceSpec }>('GET', `/api/v1/namespaces/${lab.namespace}/services/${service}`);
      return {
        fault: id,
        operation: 'remove-toxic-proxy',
        namespace: lab.namespace,
        arguments: { ...planStandIn(service, spec, { seed: lab.seed, ...(await securityBehind(lab, spec.selector)) }) },
      };
    },
    prepare: (lab, undo) => putInFront(lab, standInOf(undo), port, path),
    async inject(lab, undo) {
      const standIn = standInOf(undo);
      const { name } = standIn.proxies[standIn.ports.findIndex((one) => one.port === port)] ?? {};
      before.set(undo, await lab.askRaw(service, port, path, silenceMs([])));
      for (const toxic of toxics) await askToxiproxy(lab, standIn, 'POST', `/proxies/${name}/toxics`, toxic);
    },
    async prove(lab, undo) {
      const without = before.get(undo);
      if (!without || without.receivedBytes === 0) return { bit: false, message: `Service ${service} did not answer GET ${path} before` };
      return untilSeen(lab, { service, port, toxics, path, biteWithinMs }, without);
    },
  };
}

/** How the Pods behind a Service are secured; that of the oldest. */
async function securityBehind(lab: Lab, selector: Record<string, string> = {}): Promise<Pick<StandIn, 'security'>> {
  const labels = Object.entries(selector).map(([name, value]) => `${name}=${value}`);
  const [first] = labels.length > 0 ? await podsOf(lab, labels.join(',')) : [];
  const [pod, container] = [first?.spec?.securityContext, first?.spec?.containers[0]?.securityContext];
  return pod || container ? { security: { ...(pod && { pod }), ...(container && { container }) } } : {};
}

const standInOf = ({ arguments: planned }: UndoEntry): StandIn => planned as unknown as StandIn;

async function untilSeen(
  lab: Lab,
  { service, port, toxics, path, biteWithinMs }: Required<Omit<NetworkToxicOptions, 'id'>>,
  without: RawAnswer,
): Promise<{ bit: boolean; at: string; message: string }> {
  const startedMs = performance.now();
  const at = lab.now();
  const seen: RawAnswer[] = [];
  for (;;) {
    seen.push(...(await Promise.all(Array.from({ length: probesAtOnce }, () => lab.askRaw(service, port, path, silenceMs(toxics))))));
    const bite = decideBite(toxics, without, seen);
    // Requests that were sent at its beginning have felt it.
    if (bite.bit || performance.now() - startedMs > biteWithinMs) return { ...bite, at };
    await pause(betweenMs, undefined, { signal: lab.signal });
  }
}
