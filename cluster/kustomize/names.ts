import { isObject, list } from '../api/object.ts';
import { type Entry, rename } from './entry.ts';

/** Kinds that are in no namespace. */
const clusterKinds = new Set([
  'APIService',
  'CSIDriver',
  'CSINode',
  'CertificateSigningRequest',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'FlowSchema',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
]);
/** Kinds whose name means more than a name. */
const neverRenamed = new Set(['APIService', 'CustomResourceDefinition', 'Namespace']);

/** `namespace`: all that can be in one is in this one. A Namespace among them is the one. */
export function setNamespace(entries: Entry[], namespace: string): void {
  for (const entry of entries) {
    const { object } = entry;
    if (object.kind === 'Namespace') rename(entry, { name: namespace });
    else if (!clusterKinds.has(object.kind)) rename(entry, { namespace });
    if (!object.kind.endsWith('RoleBinding')) continue;
    for (const subject of list(object.subjects))
      if (isObject(subject) && subject.kind === 'ServiceAccount' && subject.name === 'default') subject.namespace = namespace;
  }
}

/** `namePrefix` and `nameSuffix`. References are mended afterwards. */
export function addToNames(entries: Entry[], prefix: string, suffix: string): void {
  for (const entry of entries) {
    if (!neverRenamed.has(entry.object.kind)) rename(entry, { name: `${prefix}${entry.object.metadata.name}${suffix}` });
  }
}
