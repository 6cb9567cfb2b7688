import { readFileSync } from 'node:fs';
import type { Kinds } from '../../api/registry.ts';
import { categorizeEndpoints } from '../../proxy/choose-endpoints.ts';
import { endpointConditions, isEndpoint } from './endpoint-conditions.ts';

interface Case {
  id: string;
  in: { publishNotReadyAddresses: boolean; pods: { name: string; phase: string; podIP: string; ready: boolean; deleting: boolean }[] };
  out: { endpoints: { name: string; ready: boolean; serving: boolean; terminating: boolean }[] | null; proxied: string[] | null };
}
const cases: Case[] = JSON.parse(readFileSync(new URL('./endpoint-conditions.cases.json', import.meta.url), 'utf8'));

const pod = ({ name, phase, podIP, ready, deleting }: Case['in']['pods'][number]): Kinds['Pod'] => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    uid: name,
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...(deleting && { deletionTimestamp: '2026-01-01T00:01:00Z' }),
  },
  status: { phase, podIP, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

describe('endpoints of Pods, and those that get connections', () => {
  it.each(cases.map((one) => [one.id, one] as const))('%s', (_, one) => {
    const endpoints = one.in.pods
      .map(pod)
      .filter(isEndpoint)
      .map((p) => ({ name: p.metadata.name, conditions: endpointConditions(p, one.in.publishNotReadyAddresses) }));
    expect(endpoints.map(({ name, conditions }) => ({ name, ...conditions }))).toEqual(one.out.endpoints ?? []);
    expect(categorizeEndpoints(endpoints).map(({ name }) => name)).toEqual(one.out.proxied ?? []);
  });
});
