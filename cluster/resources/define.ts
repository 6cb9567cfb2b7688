import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../api/object.ts';
import { type NameRule, nameCauses } from './names.ts';
import type { Column, Resource } from './resource.ts';

const everyVerb = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** What a kind's own file says of it; the rest is what most kinds do. */
export interface Definition extends Partial<Omit<Resource, 'group' | 'version' | 'kind' | 'columns'>> {
  /** Rule of metadata.name; a DNS subdomain for most. */
  nameRule?: NameRule;
  columns: Column[];
}

/** A Resource from what is special about it. `groupVersion` as in apiVersion. */
export function defineResource(groupVersion: string, kind: string, definition: Definition): Resource {
  const [group = '', version = ''] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
  const singular = kind.toLowerCase();
  const { nameRule = 'DNS subdomain', validate, validateUpdate, prepareForUpdate, subresources = [], ...rest } = definition;
  const hasStatus = subresources.includes('status');
  const validateAll = (object: KubeObject) => [...nameCauses(object, nameRule), ...(validate?.(object) ?? [])];
  return {
    group,
    version,
    kind,
    plural: `${singular}s`,
    singular,
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: everyVerb,
    subresources,
    hasGeneration: false,
    generationChanged: (old, object) => !isDeepStrictEqual(old.spec, object.spec),
    applyDefaults: (object) => object,
    prepareForCreate: ({ status, ...object }) =>
      (hasStatus ? { ...object, status: {} } : { ...object, ...(status !== undefined && { status }) }) as KubeObject,
    admit: (object) => object,
    prepareForUpdate: (object, old) => {
      const { status: _sent, ...others } = object;
      const kept = hasStatus ? ({ ...others, ...(old.status !== undefined && { status: old.status }) } as KubeObject) : object;
      return prepareForUpdate ? prepareForUpdate(kept, old) : kept;
    },
    validate: validateAll,
    validateUpdate: (object, old) => [...validateAll(object), ...(validateUpdate?.(object, old) ?? [])],
    warnings: () => [],
    ...rest,
  };
}
