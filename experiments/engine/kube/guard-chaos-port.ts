import { setTimeout as pause } from 'node:timers/promises';
import type { KubeClients } from '../experiment.ts';
import { timeLimit } from '../time-limit.ts';
import { KubeError } from './kube-error.ts';
import { podProxyPath } from './pod-path.ts';
import type { EndpointSlice, Pod } from './workloads.ts';

const answerWithinMs = 3000;

/** Where the chaos port of the shop's services is (CHAOS_PORT), if the manifest sets SHOPLAB_CHAOS=1. */
export const usualChaosPort = 8099;

/** Whether manifests have a Pod open it. */
export const opensChaosPort = (objects: object[]): boolean => JSON.stringify(objects).includes('SHOPLAB_CHAOS');

const policyName = 'shoplab-chaos-port';
const policies = (namespace: string): string => `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
/** So often, and so long, it is looked at whether the lab still gets through: a network takes a moment to enforce a policy. */
const looks = 4;
const lookEveryMs = 500;

/**
 * Keeps the chaos port of a namespace's Pods to the lab, which reaches it by the Pod proxy of the API server: a NetworkPolicy, for clusters that
 * others use too. All other ports stay open to all. Where the API server does not get through it either (networks differ in whom they take it for),
 * or policies may not be made, it is left out. Answers why, in a sentence; undefined where it holds.
 */
export async function guardChaosPort(kube: KubeClients, namespace: string, signal: AbortSignal): Promise<string | undefined> {
  const witness = await podThatAnswers(kube, namespace);
  if (witness === undefined) return undefined;
  try {
    await kube.request('POST', policies(namespace), await policyFor(kube));
  } catch (error) {
    if (error instanceof KubeError && error.code === 403) return `the chaos port stays open to the cluster: ${error.message}`;
    // It is there from the time before.
    if (!(error instanceof KubeError && error.reason === 'AlreadyExists')) throw error;
  }
  for (let look = 0; look < looks; look += 1) {
    await pause(lookEveryMs, undefined, { signal });
    if (await answers(kube, namespace, witness)) continue;
    await kube.request('DELETE', `${policies(namespace)}/${policyName}`);
    return 'the chaos port stays open to the cluster: with a NetworkPolicy before it not even the API server gets through';
  }
  return undefined;
}

async function podThatAnswers(kube: KubeClients, namespace: string): Promise<string | undefined> {
  const { items } = await kube.request<{ items: Pod[] }>('GET', `/api/v1/namespaces/${namespace}/pods`);
  for (const { metadata } of items) if (await answers(kube, namespace, metadata.name)) return metadata.name;
  return undefined;
}

async function answers(kube: KubeClients, namespace: string, pod: string): Promise<boolean> {
  const limit = timeLimit(answerWithinMs);
  try {
    await kube.request('GET', podProxyPath({ namespace }, pod, usualChaosPort, '/'), undefined, undefined, limit.signal);
    return true;
  } catch {
    return false; // nobody listens there, or nobody gets through
  } finally {
    limit.clear();
  }
}

const policyFor = async (kube: KubeClients): Promise<object> => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: policyName },
  spec: {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [
      { ports: allPortsBut(usualChaosPort) },
      {
        ports: [{ protocol: 'TCP', port: usualChaosPort }],
        from: [
          ...(await apiServers(kube)).map((address) => ({ ipBlock: { cidr: `${address}/${address.includes(':') ? 128 : 32}` } })),
          // Where the API server reaches Pods through agents, those are there.
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } },
        ],
      },
    ],
  },
});

const allPortsBut = (port: number): object[] => [
  { protocol: 'TCP', port: 1, endPort: port - 1 },
  { protocol: 'TCP', port: port + 1, endPort: 65_535 },
  { protocol: 'UDP', port: 1, endPort: 65_535 },
];

/** Where they call from. */
async function apiServers(kube: KubeClients): Promise<string[]> {
  const selector = encodeURIComponent('kubernetes.io/service-name=kubernetes');
  const path = `/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=${selector}`;
  const { items } = await kube.request<{ items: EndpointSlice[] }>('GET', path);
  return [...new Set(items.flatMap(({ endpoints }) => (endpoints ?? []).flatMap(({ addresses }) => addresses)))];
}
