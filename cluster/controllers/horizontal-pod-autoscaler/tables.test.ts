import { readFileSync } from 'node:fs';
import type { KubeObject } from '../../api/object.ts';
import { horizontalPodAutoscaler } from '../../resources/horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts';
import { type CasePod, podOf, sampleOfCase } from '../testing/case-pod.ts';
import { type Normalization, normalize } from './normalize.ts';
import { type CalculatorInput, computeByAverage, computeByUtilization, type Proposal, type Tolerance } from './replica-calculator.ts';

const nowMs = Date.parse('2026-01-01T12:00:00Z');
const read = <T>(table: string): (readonly [string, T])[] =>
  (JSON.parse(readFileSync(new URL(`./${table}.cases.json`, import.meta.url), 'utf8')) as (T & { id: string })[]).map((one) => [
    one.id,
    one,
  ]);

interface CalculatorCase {
  in: {
    averageUtilization: number;
    averageValueMilli: number;
    container?: string;
    currentReplicas: number;
    pods: CasePod[];
    resource: string;
    tolerance: Tolerance;
  };
  out: { replicas?: number; averageMilli?: number; averageUtilization?: number; error?: string };
}

function outcome({ in: given }: CalculatorCase, compute: (input: CalculatorInput) => Proposal): CalculatorCase['out'] {
  const input: CalculatorInput = {
    currentReplicas: given.currentReplicas,
    pods: given.pods.map((one) => podOf(one, given.resource, nowMs)),
    samples: new Map(given.pods.flatMap((one) => sampleOfCase(one, nowMs))),
    resource: given.resource,
    ...(given.container && { container: given.container }),
    tolerance: given.tolerance,
    nowMs,
  };
  try {
    const { replicas, average, utilization } = compute(input);
    return { replicas, averageMilli: average, ...(utilization !== undefined && { averageUtilization: utilization }) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

describe('replicas by utilization', () => {
  it.each(read<CalculatorCase>('utilization'))('%s', (_, one) => {
    expect(outcome(one, (input) => computeByUtilization(input, one.in.averageUtilization))).toEqual(one.out);
  });
});

describe('replicas by average value', () => {
  it.each(read<CalculatorCase>('average-value'))('%s', (_, one) => {
    expect(outcome(one, (input) => computeByAverage(input, one.in.averageValueMilli))).toEqual(one.out);
  });
});

describe('a Pod without metrics, where the others are exactly at the target', () => {
  const pod = (name: string, used: number | null): CasePod => ({
    ...{ name, phase: 'Running', ready: 'True', readyChangedSecondsAgo: 900, startedSecondsAgo: 1000 },
    containers: [{ name: 'app', requestMilli: 100 }],
    metric: used === null ? null : { ageSeconds: 5, windowSeconds: 15, usageMilli: { app: used } },
  });
  const given = { averageUtilization: 100, averageValueMilli: 100, currentReplicas: 2, resource: 'cpu', tolerance: { down: 0.1, up: 0.1 } };
  const one = { in: { ...given, pods: [pod('a', 100), pod('b', null)] }, out: {} };
  it('counts as none of an average value', () =>
    expect(outcome(one, (input) => computeByAverage(input, 100))).toEqual({ replicas: 1, averageMilli: 100 }));
  it('does not count in a utilization', () =>
    expect(outcome(one, (input) => computeByUtilization(input, 100))).toEqual({ replicas: 2, averageMilli: 100, averageUtilization: 100 }));
});

interface NormalizeCase {
  in: Pick<Normalization, 'currentReplicas' | 'desiredReplicas' | 'minReplicas' | 'maxReplicas' | 'downscaleStabilizationSeconds'> & {
    behavior?: object;
    recommendations: { replicas: number; secondsAgo: number }[] | null;
    scaleUpEvents?: { change: number; secondsAgo: number }[] | null;
    scaleDownEvents?: { change: number; secondsAgo: number }[] | null;
  };
  out: { replicas: number; conditions: { type: string; status: string; reason: string; message: string }[] };
}

describe('the size that may be set', () => {
  it.each(read<NormalizeCase>('normalize'))('%s', (_, one) => {
    const { behavior, recommendations, scaleUpEvents, scaleDownEvents, ...given } = one.in;
    const aged = <T extends { secondsAgo: number }>(all: T[] | null | undefined) =>
      (all ?? []).map(({ secondsAgo, ...rest }) => ({ ...rest, atMs: nowMs - secondsAgo * 1000 }));
    const defaulted = horizontalPodAutoscaler.applyDefaults({ spec: { behavior } } as unknown as KubeObject);
    const { replicas, stabilized, limited } = normalize({
      ...given,
      ...(behavior && { behavior: (defaulted.spec as { behavior: NonNullable<Normalization['behavior']> }).behavior }),
      remembered: { recommendations: aged(recommendations), scaleUpEvents: aged(scaleUpEvents), scaleDownEvents: aged(scaleDownEvents) },
      nowMs,
    });
    const { isLimited, ...limit } = limited;
    expect({
      replicas,
      conditions: [
        { type: 'AbleToScale', status: 'True', ...stabilized },
        { type: 'ScalingLimited', status: isLimited ? 'True' : 'False', ...limit },
      ],
    }).toEqual(one.out);
  });
});
