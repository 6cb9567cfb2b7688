import { isDeepStrictEqual } from 'node:util';
import { at, type KubeObject } from '../api/object.ts';
import { forbidden, invalidValue, nonNegative } from './causes.ts';
import { ageColumn, nameColumn } from './columns.ts';
import { defineResource } from './define.ts';
import { statefulSetNotHonoured } from './not-honoured.ts';
import { labelOf } from './pod/validate-spec.ts';
import type { Cause } from './resource.ts';
import { containersColumn, defaultTemplate, imagesColumn, specOf, statusCount, templateWarnings, workloadCauses } from './workload.ts';

interface UpdateStrategy {
  type?: string;
  rollingUpdate?: { partition?: number };
}
const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

function applyDefaults(object: KubeObject): KubeObject {
  const spec = specOf(object);
  const strategy = (spec.updateStrategy ?? {}) as UpdateStrategy;
  const type = strategy.type || 'RollingUpdate';
  return {
    ...object,
    spec: {
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      ...spec,
      updateStrategy:
        type === 'RollingUpdate'
          ? { ...strategy, type, rollingUpdate: { partition: 0, ...strategy.rollingUpdate } }
          : { ...strategy, type },
      template: defaultTemplate(spec.template),
    },
  };
}

function validate(object: KubeObject): Cause[] {
  const { podManagementPolicy, updateStrategy, revisionHistoryLimit } = specOf(object);
  const { type, rollingUpdate } = updateStrategy as UpdateStrategy;
  return [
    ...(object.metadata.name?.includes('.') ? labelOf('metadata.name', object.metadata.name) : []),
    ...workloadCauses(object),
    ...(['OrderedReady', 'Parallel'].includes(String(podManagementPolicy))
      ? []
      : [invalidValue('spec.podManagementPolicy', podManagementPolicy, "must be 'OrderedReady' or 'Parallel'")]),
    ...(['RollingUpdate', 'OnDelete'].includes(String(type))
      ? []
      : [invalidValue('spec.updateStrategy', updateStrategy, "must be 'RollingUpdate' or 'OnDelete'")]),
    ...(type === 'OnDelete' && rollingUpdate
      ? [invalidValue('spec.updateStrategy.rollingUpdate', rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")]
      : []),
    ...nonNegative('spec.updateStrategy.rollingUpdate.partition', rollingUpdate?.partition),
    ...nonNegative('spec.ordinals.start', at(object, 'spec', 'ordinals', 'start')),
    ...nonNegative('spec.revisionHistoryLimit', revisionHistoryLimit),
  ];
}

function validateUpdate(object: KubeObject, old: KubeObject): Cause[] {
  const fixed = (one: KubeObject) => Object.entries(specOf(one)).filter(([field]) => !changeable.includes(field));
  if (isDeepStrictEqual(Object.fromEntries(fixed(object)), Object.fromEntries(fixed(old)))) return [];
  const names = changeable.map((field) => `'${field}'`);
  return [
    forbidden(
      'spec',
      `updates to statefulset spec for fields other than ${names.slice(0, -1).join(', ')} and ${names.at(-1)} are forbidden`,
    ),
  ];
}

export const statefulSet = defineResource('apps/v1', 'StatefulSet', {
  shortNames: ['sts'],
  categories: ['all'],
  subresources: ['status', 'scale'],
  hasGeneration: true,
  applyDefaults,
  prepareForCreate: (object) => ({ ...object, status: { replicas: 0, availableReplicas: 0 } }),
  validate,
  validateUpdate,
  warnings: (object, podsAre) => [...templateWarnings(object, podsAre), ...statefulSetNotHonoured(specOf(object))],
  columns: [
    nameColumn,
    { name: 'Ready', cell: (object) => `${statusCount(object, 'readyReplicas')}/${specOf(object).replicas ?? 0}` },
    ageColumn,
    containersColumn,
    imagesColumn,
  ],
});
