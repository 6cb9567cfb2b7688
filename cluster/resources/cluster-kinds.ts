import { at, type KubeObject, list } from '../api/object.ts';
import { ageSince } from './age.ts';
import { ageColumn, nameColumn, plainColumns } from './columns.ts';
import { defineResource } from './define.ts';

export const namespace = defineResource('v1', 'Namespace', {
  shortNames: ['ns'],
  namespaced: false,
  nameRule: 'DNS label',
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  subresources: ['status', 'finalize'],
  applyDefaults: (object) => ({
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name } },
  }),
  prepareForCreate: (object) => ({ ...object, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }),
  prepareForUpdate: (object, old) => ({ ...object, spec: old.spec }),
  columns: [nameColumn, { name: 'Status', cell: (object) => String(at(object, 'status', 'phase')) }, ageColumn],
});

function nodeStatus(object: KubeObject): string {
  const ready = list(at(object, 'status', 'conditions')).find((condition) => at(condition, 'type') === 'Ready');
  const text = ready ? (at(ready, 'status') === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return at(object, 'spec', 'unschedulable') ? `${text},SchedulingDisabled` : text;
}
const address = (object: KubeObject, type: string): string =>
  String(
    at(
      list(at(object, 'status', 'addresses')).find((one) => at(one, 'type') === type),
      'address',
    ) ?? '<none>',
  );
const info = (object: KubeObject, field: string): string => String(at(object, 'status', 'nodeInfo', field) ?? '<unknown>');
const role = 'node-role.kubernetes.io/';

export const node = defineResource('v1', 'Node', {
  shortNames: ['no'],
  namespaced: false,
  subresources: ['status'],
  columns: [
    nameColumn,
    { name: 'Status', cell: nodeStatus },
    {
      name: 'Roles',
      cell: ({ metadata }) =>
        Object.keys(metadata.labels ?? {})
          .filter((label) => label.startsWith(role))
          .map((label) => label.slice(role.length))
          .join(',') || '<none>',
    },
    ageColumn,
    { name: 'Version', cell: (object) => info(object, 'kubeletVersion') },
    { name: 'Internal-IP', wide: true, cell: (object) => address(object, 'InternalIP') },
    { name: 'External-IP', wide: true, cell: (object) => address(object, 'ExternalIP') },
    { name: 'OS-Image', wide: true, cell: (object) => info(object, 'osImage') },
    { name: 'Kernel-Version', wide: true, cell: (object) => info(object, 'kernelVersion') },
    { name: 'Container-Runtime', wide: true, cell: (object) => info(object, 'containerRuntimeVersion') },
  ],
});

export const controllerRevision = defineResource('apps/v1', 'ControllerRevision', {
  columns: [
    nameColumn,
    {
      name: 'Controller',
      cell: ({ metadata }) => {
        const owner = metadata.ownerReferences?.find(({ controller }) => controller);
        return owner ? `${owner.kind.toLowerCase()}.apps/${owner.name}` : '<none>';
      },
    },
    { name: 'Revision', type: 'integer', cell: (object) => Number(object.revision) },
    ageColumn,
  ],
});

const about = (object: KubeObject): string =>
  `${String(at(object, 'involvedObject', 'kind')).toLowerCase()}/${at(object, 'involvedObject', 'name')}`;

export const event = defineResource('v1', 'Event', {
  shortNames: ['ev'],
  columns: [
    { name: 'Last Seen', cell: (object, now) => ageSince(object.lastTimestamp ?? object.metadata.creationTimestamp, now) },
    { name: 'Type', cell: (object) => String(object.type) },
    { name: 'Reason', cell: (object) => String(object.reason) },
    { name: 'Object', cell: about },
    { name: 'Subobject', wide: true, cell: (object) => String(at(object, 'involvedObject', 'fieldPath') ?? '') },
    { name: 'Source', wide: true, cell: (object) => String(at(object, 'source', 'component') ?? '') },
    { name: 'Message', cell: (object) => String(object.message).trim() },
    { name: 'First Seen', wide: true, cell: (object, now) => ageSince(object.firstTimestamp ?? object.metadata.creationTimestamp, now) },
    { name: 'Count', wide: true, cell: (object) => String(object.count ?? 1) },
    { name: 'Name', wide: true, cell: (object) => object.metadata.name },
  ],
});

/** A lock with a holder: for clients that elect leaders or tell that they live. */
export const lease = defineResource('coordination.k8s.io/v1', 'Lease', { columns: plainColumns });
