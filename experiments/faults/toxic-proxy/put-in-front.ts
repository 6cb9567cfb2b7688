import { setTimeout as pause } from 'node:timers/promises';
import type { Lab } from '../../engine/experiment.ts';
import { isNotFound } from '../../engine/kube/kube-error.ts';
import { podPath, podProxyPath } from '../../engine/kube/pod-path.ts';
import { isPodReady, type Pod } from '../../engine/kube/workloads.ts';
import { LabError } from '../../engine/lab-error.ts';
import { type StandIn, standInLabel, standInPod, toxiproxyImage, upstreamService } from './stand-in.ts';

const lookEveryMs = 100;
const readyWithinMs = 60_000;
const inFrontWithinMs = 30_000;
const answerWithinMs = 2000;

/** One request to the API of the Toxiproxy that stands there. */
export const askToxiproxy = <T>(lab: Lab, { pod, apiPort }: StandIn, method: string, path: string, body?: unknown): Promise<T> =>
  lab.kube.request<T>(method, podProxyPath(lab, pod, apiPort, path), body);

/**
 * Puts a Toxiproxy without toxics in front of a Service, and waits until what comes to the Service goes through it. Connections that are there
 * stay with their Pods, as long as their clients keep them: so this is done before clients come.
 */
export async function putInFront(lab: Lab, standIn: StandIn, port: number, path: string): Promise<void> {
  const { service, pod } = standIn;
  const namespace = `/api/v1/namespaces/${lab.namespace}`;
  await lab.kube.request('POST', `${namespace}/pods`, standInPod(standIn, lab.imageOf(toxiproxyImage)));
  const { metadata } = await ready(lab, pod);
  await lab.kube.request('POST', `${namespace}/services`, upstreamService(standIn, metadata.uid));
  await askToxiproxy(lab, standIn, 'POST', '/populate', standIn.proxies);
  const selector = [{ op: 'replace', path: '/spec/selector', value: { [standInLabel]: service } }];
  await lab.kube.request('PATCH', `${namespace}/services/${service}`, selector, 'application/json-patch+json');
  await untilInFront(lab, standIn, port, path);
}

/**
 * Shuts the proxy for a moment, again and again, until the Service does not answer meanwhile: then nothing goes past it any more. An
 * EndpointSlice alone says only what the nodes are to do.
 */
async function untilInFront(lab: Lab, standIn: StandIn, port: number, path: string): Promise<void> {
  const { service, ports, proxies } = standIn;
  const { name } = proxies[ports.findIndex((one) => one.port === port)] ?? {};
  if (name === undefined) throw new LabError(`Service ${service} has no port ${port}: it has ${ports.map((one) => one.port).join(', ')}`);
  const answers = async (): Promise<boolean> => (await lab.askRaw(service, port, path, answerWithinMs)).receivedBytes > 0;
  const startedMs = performance.now();
  for (let wasShut = false; ; await pause(lookEveryMs, undefined, { signal: lab.signal })) {
    if (!wasShut) {
      await askToxiproxy(lab, standIn, 'PATCH', `/proxies/${name}`, { enabled: false });
      wasShut = !(await answers());
      await askToxiproxy(lab, standIn, 'PATCH', `/proxies/${name}`, { enabled: true });
    }
    if (wasShut && (await answers())) return;
    const waitedS = Math.round((performance.now() - startedMs) / 1000);
    if (performance.now() - startedMs > inFrontWithinMs) {
      const why = wasShut ? 'does not answer through the toxic proxy' : 'still answers without the toxic proxy';
      throw new LabError(`after ${waitedS} s Service ${service} ${why} that was put in front of it`);
    }
    lab.say(`${waitedS} s of ${inFrontWithinMs / 1000} s: waiting until Service ${service} leads through the toxic proxy`);
  }
}

/** The proxy's Pod, once it is Ready. */
async function ready(lab: Lab, name: string): Promise<Pod> {
  const startedMs = performance.now();
  for (;;) {
    const pod = await lab.kube.request<Pod>('GET', podPath(lab, name)).catch((error) => {
      if (isNotFound(error)) throw new LabError(`Pod ${name} was taken away before it was Ready`);
      throw error;
    });
    if (isPodReady(pod)) return pod;
    const waitedMs = performance.now() - startedMs;
    const waiting = pod.status?.containerStatuses?.map(({ state }) => state?.waiting?.message ?? state?.waiting?.reason).find(Boolean);
    const seen = waiting ?? `phase ${pod.status?.phase}`;
    if (waitedMs > readyWithinMs) throw new LabError(`Pod ${name} is not Ready after ${Math.round(waitedMs / 1000)} s: ${seen}`);
    lab.say(`waiting for Pod ${name}: ${seen}`);
    await pause(lookEveryMs, undefined, { signal: lab.signal });
  }
}
