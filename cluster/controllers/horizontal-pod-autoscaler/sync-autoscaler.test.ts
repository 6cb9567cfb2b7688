import { readFileSync } from 'node:fs';
import type { KubeObject } from '../../api/object.ts';
import { horizontalPodAutoscaler } from '../../resources/horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts';
import { type CasePod, podOf, sampleOfCase } from '../testing/case-pod.ts';
import { podsOfSelector } from './pods-of-selector.ts';
import { type Autoscaler, syncAutoscaler } from './sync-autoscaler.ts';

interface Case {
  id: string;
  in: {
    pods: CasePod[] | null;
    recommendations: { replicas: number; secondsAgo: number }[] | null;
    scale: { selector: string; specReplicas: number };
    spec: object;
  };
  out: {
    conditions: { type: string; status: string; reason: string; message: string }[];
    currentMetrics?: object[];
    currentReplicas: number;
    desiredReplicas: number;
    error?: string;
    events: string[];
    lastScaleTimeSet: boolean;
    scaledTo?: number;
  };
}
const cases: Case[] = JSON.parse(readFileSync(new URL('./sync-autoscaler.cases.json', import.meta.url), 'utf8'));
/**
 * Its answer (stabilized towards the current size, a remembered 5 over the maximum of 3 left alone) follows from an empty behavior alone, which
 * its input as written down does not show: in that table no empty object is ever shown.
 */
const withEmptyBehavior = 'hpa-sync-022';
const nowMs = Date.parse('2026-01-01T12:00:00Z');
const autoscalerOf = (spec: object): Autoscaler =>
  horizontalPodAutoscaler.applyDefaults({
    metadata: { name: 'web', namespace: 'default' },
    spec,
  } as unknown as KubeObject) as unknown as Autoscaler;

describe("one sync of an autoscaler, as Kubernetes' own controller does it", () => {
  it.each(cases.map((one) => [one.id, one] as const))('%s', (id, { in: given, out }) => {
    const events: string[] = [];
    let scaledTo: number | undefined;
    const pods = (given.pods ?? []).map((one) => podOf(one, 'cpu', nowMs));
    const result = syncAutoscaler(
      {
        autoscaler: autoscalerOf(id === withEmptyBehavior ? { ...given.spec, behavior: {} } : given.spec),
        scale: { replicas: given.scale.specReplicas },
        pods: podsOfSelector(given.scale.selector, pods, [], 'default/web'),
        // The cases measure cpu; of memory Pods have samples without any.
        samplesOf: (resource) =>
          new Map(
            (given.pods ?? []).flatMap((one) =>
              sampleOfCase(resource === 'cpu' || !one.metric ? one : { ...one, metric: { ...one.metric, usageMilli: {} } }, nowMs),
            ),
          ),
        remembered: {
          recommendations: (given.recommendations ?? []).map(({ replicas, secondsAgo }) => ({ replicas, atMs: nowMs - secondsAgo * 1000 })),
          scaleUpEvents: [],
          scaleDownEvents: [],
        },
        nowMs,
      },
      {
        scaleTo: (replicas) => {
          scaledTo = replicas;
        },
        event: (type, reason, message) => events.push(`${type} ${reason} ${message}`),
      },
    );
    const { conditions = [], currentMetrics, currentReplicas, desiredReplicas, lastScaleTime } = result.status;
    expect({
      conditions: conditions
        .map(({ type, status, reason, message }) => ({ type, status, reason, message }))
        .sort((a, b) => (a.type < b.type ? -1 : 1)),
      currentMetrics,
      currentReplicas,
      desiredReplicas,
      error: result.error,
      events,
      lastScaleTimeSet: lastScaleTime !== undefined,
      scaledTo,
    }).toEqual({ currentMetrics: undefined, error: undefined, scaledTo: undefined, ...out, events: out.events ?? [] });
  });
});

describe('what the cases do not have', () => {
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } };
  const spec = { maxReplicas: 5, metrics: [cpu], scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } };
  const run = (change: Partial<Parameters<typeof syncAutoscaler>[0]>, scaleTo: (replicas: number) => void = () => undefined) => {
    const events: string[] = [];
    const base = {
      autoscaler: autoscalerOf(spec),
      scale: { replicas: 1 },
      pods: { found: [] },
      samplesOf: () => new Map(),
      remembered: { recommendations: [], scaleUpEvents: [], scaleDownEvents: [] },
      nowMs,
    };
    const result = syncAutoscaler({ ...base, ...change }, { scaleTo, event: (...words) => events.push(words.join(' ')) });
    return {
      ...result,
      events,
      conditions: (result.status.conditions ?? []).map(({ type, status, reason, message }) => [type, status, reason, message]),
    };
  };

  it('a target that is not there', () => {
    const { events, conditions, error } = run({ scale: { error: 'deployments.apps "web" not found' } });
    expect(events).toEqual(['Warning FailedGetScale deployments.apps "web" not found']);
    const message = `the HPA controller was unable to get the target's current scale: deployments.apps "web" not found`;
    expect(conditions).toEqual([['AbleToScale', 'False', 'FailedGetScale', message]]);
    expect(error).toBe('failed to query scale subresource for Deployment/default/web: deployments.apps "web" not found');
  });

  it('a metrics API that is not there', () => {
    const { events } = run({ unavailable: 'the node is not up yet' });
    expect(events[0]).toBe(
      'Warning FailedGetResourceMetric failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the node is not up yet',
    );
  });

  it('a target that does not let itself be scaled', () => {
    const { events, conditions, error } = run({ scale: { replicas: 9 } }, () => {
      throw new Error('no');
    });
    expect(events).toEqual(['Warning FailedRescale New size: 5; reason: Current number of replicas above Spec.MaxReplicas; error: no']);
    expect(conditions).toEqual([
      ['AbleToScale', 'False', 'FailedUpdateScale', 'the HPA controller was unable to update the target scale: no'],
    ]);
    expect(error).toBe('failed to rescale Deployment/default/web: no');
  });

  it('metrics that need an adapter', () => {
    const metric = { type: 'Pods', pods: { metric: { name: 'requests' }, target: { type: 'AverageValue', averageValue: '10' } } };
    expect(run({ autoscaler: autoscalerOf({ ...spec, metrics: [metric] }) }).events[0]).toBe(
      'Warning FailedGetPodsMetric unable to get metric requests: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
    );
  });
});
