import { ageColumn, nameColumn } from './columns.ts';
import { defineResource } from './define.ts';
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

export const replicaSet = defineResource('apps/v1', 'ReplicaSet', {
  shortNames: ['rs'],
  categories: ['all'],
  subresources: ['status', 'scale'],
  hasGeneration: true,
  applyDefaults: (object) => ({
    ...object,
    spec: { replicas: 1, ...specOf(object), template: defaultTemplate(specOf(object).template) },
  }),
  prepareForCreate: (object) => ({ ...object, status: { replicas: 0 } }),
  validate: workloadCauses,
  validateUpdate: selectorIsFixed,
  // What a Deployment's template says is said of the Deployment already.
  warnings: (object, podsAre) => ((object.metadata.ownerReferences ?? []).length > 0 ? [] : templateWarnings(object, podsAre)),
  columns: [
    nameColumn,
    { name: 'Desired', type: 'integer', cell: (object) => specOf(object).replicas ?? 0 },
    { name: 'Current', type: 'integer', cell: (object) => statusCount(object, 'replicas') },
    { name: 'Ready', type: 'integer', cell: (object) => statusCount(object, 'readyReplicas') },
    ageColumn,
    containersColumn,
    imagesColumn,
    selectorColumn,
  ],
});
