import type { KubeObject } from '../../api/object.ts';
import { horizontalPodAutoscalerV1 } from './v1.ts';

const { conversion, validate, applyDefaults } = horizontalPodAutoscalerV1;
if (!conversion) throw new Error('autoscaling/v1 has no conversion');
const { toStored, fromStored } = conversion;

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const v1 = (spec: object, annotations?: Record<string, string>) =>
  ({
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', annotations },
    spec,
  }) as unknown as KubeObject;
const cpu = (percent: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } },
});
const memory = { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '100Mi' } } };

describe('autoscaling/v1', () => {
  it('is stored as v2, with 80 % where it names no percentage', () => {
    const named = toStored(v1({ scaleTargetRef: target, maxReplicas: 3, targetCPUUtilizationPercentage: 20 }));
    expect(named).toMatchObject({ apiVersion: 'autoscaling/v2', spec: { maxReplicas: 3, metrics: [cpu(20)] } });
    expect(toStored(v1({ scaleTargetRef: target, maxReplicas: 3 }))).toMatchObject({ spec: { metrics: [cpu(80)] } });
  });

  it('loses nothing of what only v2 has, there and back', () => {
    const stored = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web', annotations: { own: 'x' } },
      spec: {
        scaleTargetRef: target,
        minReplicas: 1,
        maxReplicas: 3,
        metrics: [cpu(50), memory],
        behavior: { scaleDown: { selectPolicy: 'Disabled' } },
      },
      status: {
        desiredReplicas: 2,
        conditions: [{ type: 'AbleToScale', status: 'True' }],
        currentMetrics: [
          { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 41 } } },
          { type: 'Resource', resource: { name: 'memory', current: { averageValue: '7Mi' } } },
        ],
      },
    } as unknown as KubeObject;
    const shown = fromStored(stored);
    expect(shown.spec).toEqual({ scaleTargetRef: target, minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: 50 });
    expect(shown.status).toEqual({ desiredReplicas: 2, currentCPUUtilizationPercentage: 41 });
    expect(toStored(shown)).toEqual(stored);
  });

  it('is refused where what it carries is broken', () => {
    const sent = v1({ scaleTargetRef: target, maxReplicas: 3 }, { 'autoscaling.alpha.kubernetes.io/metrics': '[' });
    expect(() => toStored(sent)).toThrow(/^metadata\.annotations\[autoscaling\.alpha\.kubernetes\.io\/metrics\] is not JSON: /);
  });

  it('is validated by the rules of v2', () => {
    const causes = validate(applyDefaults(v1({ scaleTargetRef: target, minReplicas: 4, maxReplicas: 3 })));
    expect(causes.map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`',
    ]);
  });
});
