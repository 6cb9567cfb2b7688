import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../api/object.ts';
import { invalidValue, nonNegative } from './causes.ts';
import { ageColumn, nameColumn } from './columns.ts';
import { defineResource } from './define.ts';
import { resolveIntOrPercent } from './int-or-percent.ts';
import type { Cause } from './resource.ts';
import {
  containersColumn,
  defaultTemplate,
  imagesColumn,
  selectorColumn,
  selectorIsFixed,
  specOf,
  statusCount,
  templateWarnings,
  workloadCauses,
} from './workload.ts';

interface Strategy {
  type?: string;
  rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string };
}
const strategyOf = (object: KubeObject): Strategy => (specOf(object).strategy ?? {}) as Strategy;

function applyDefaults(object: KubeObject): KubeObject {
  const strategy = strategyOf(object);
  const type = strategy.type || 'RollingUpdate';
  const rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...strategy.rollingUpdate };
  return {
    ...object,
    spec: {
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...specOf(object),
      strategy: type === 'RollingUpdate' ? { ...strategy, type, rollingUpdate } : { ...strategy, type },
      template: defaultTemplate(specOf(object).template),
    },
  };
}

const percentPattern = '[0-9]+%';
function stepCauses(field: string, value: number | string | undefined): Cause[] {
  if (typeof value === 'number') return nonNegative(field, value);
  if (value === undefined || /^[0-9]+%$/.test(value)) return [];
  const why = `a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '${percentPattern}')`;
  return [invalidValue(field, value, why)];
}

function strategyCauses(object: KubeObject): Cause[] {
  const { type, rollingUpdate } = strategyOf(object);
  const path = 'spec.strategy';
  if (type === 'Recreate') {
    return rollingUpdate
      ? [
          {
            field: `${path}.rollingUpdate`,
            message: "Forbidden: may not be specified when strategy `type` is 'Recreate'",
            reason: 'FieldValueForbidden',
          },
        ]
      : [];
  }
  if (type !== 'RollingUpdate') {
    const shown = JSON.stringify({ Type: type, RollingUpdate: rollingUpdate ?? null });
    const message = `Unsupported value: ${shown}: supported values: "Recreate", "RollingUpdate"`;
    return [{ field: path, message, reason: 'FieldValueNotSupported' }];
  }
  const { maxSurge = 0, maxUnavailable = 0 } = rollingUpdate ?? {};
  const wrong = [
    ...stepCauses(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable),
    ...stepCauses(`${path}.rollingUpdate.maxSurge`, maxSurge),
  ];
  if (wrong.length > 0) return wrong;
  const zero = (value: number | string): boolean => resolveIntOrPercent(value, 100, true) === 0;
  return [
    ...(zero(maxSurge) && zero(maxUnavailable)
      ? [invalidValue(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
      : []),
    ...(typeof maxUnavailable === 'string' && resolveIntOrPercent(maxUnavailable, 100, true) > 100
      ? [invalidValue(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable, 'must not be greater than 100%')]
      : []),
  ];
}

function validate(object: KubeObject): Cause[] {
  const { revisionHistoryLimit, progressDeadlineSeconds, minReadySeconds = 0 } = specOf(object);
  return [
    ...workloadCauses(object),
    ...strategyCauses(object),
    ...nonNegative('spec.revisionHistoryLimit', revisionHistoryLimit),
    ...nonNegative('spec.progressDeadlineSeconds', progressDeadlineSeconds),
    ...(typeof progressDeadlineSeconds === 'number' && progressDeadlineSeconds >= 0 && progressDeadlineSeconds <= Number(minReadySeconds)
      ? [invalidValue('spec.progressDeadlineSeconds', progressDeadlineSeconds, 'must be greater than minReadySeconds')]
      : []),
  ];
}

export const deployment = defineResource('apps/v1', 'Deployment', {
  shortNames: ['deploy'],
  categories: ['all'],
  subresources: ['status', 'scale'],
  hasGeneration: true,
  // A rollback writes annotations, and the controller has to look at them.
  generationChanged: (old, object) =>
    !isDeepStrictEqual(old.spec, object.spec) || !isDeepStrictEqual(old.metadata.annotations, object.metadata.annotations),
  applyDefaults,
  validate,
  validateUpdate: selectorIsFixed,
  warnings: templateWarnings,
  columns: [
    nameColumn,
    { name: 'Ready', cell: (object) => `${statusCount(object, 'readyReplicas')}/${specOf(object).replicas ?? 0}` },
    { name: 'Up-to-date', cell: (object) => statusCount(object, 'updatedReplicas') },
    { name: 'Available', cell: (object) => statusCount(object, 'availableReplicas') },
    ageColumn,
    containersColumn,
    imagesColumn,
    selectorColumn,
  ],
});
