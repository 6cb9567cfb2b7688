import { isDeepStrictEqual } from 'node:util';
import { at, type KubeObject } from '../api/object.ts';
import { forbidden, invalidValue } from './causes.ts';
import { ageColumn, nameColumn } from './columns.ts';
import { defineResource } from './define.ts';
import { nameErrors } from './names.ts';
import type { Cause, Column } from './resource.ts';

const map = (object: KubeObject, field: string): Record<string, string> => (object[field] ?? {}) as Record<string, string>;
const keysColumn: Column = {
  name: 'Data',
  cell: (object) => Object.keys(map(object, 'data')).length + Object.keys(map(object, 'binaryData')).length,
};

const keyCauses = (object: KubeObject): Cause[] =>
  ['data', 'binaryData'].flatMap((field) =>
    Object.keys(map(object, field)).flatMap((key) =>
      nameErrors('ConfigMap key', key).map((why) => invalidValue(`${field}[${key}]`, key, why)),
    ),
  );

function immutable(object: KubeObject, old: KubeObject): Cause[] {
  if (old.immutable !== true) return [];
  return ['data', 'binaryData'].flatMap((field) =>
    isDeepStrictEqual(object[field], old[field]) ? [] : [forbidden(field, 'field is immutable when `immutable` is set')],
  );
}

export const configMap = defineResource('v1', 'ConfigMap', {
  shortNames: ['cm'],
  validate: keyCauses,
  validateUpdate: immutable,
  columns: [nameColumn, keysColumn, ageColumn],
});

/** `stringData` is for writing only: it becomes part of `data`. */
function foldStrings(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  const added = Object.entries((stringData ?? {}) as Record<string, string>).map(([key, text]) => [
    key,
    Buffer.from(text).toString('base64'),
  ]);
  const data = { ...map(object, 'data'), ...Object.fromEntries(added) };
  return { ...rest, type: object.type ?? 'Opaque', ...((object.data !== undefined || added.length > 0) && { data }) } as KubeObject;
}

export const secret = defineResource('v1', 'Secret', {
  applyDefaults: foldStrings,
  validate: keyCauses,
  validateUpdate: (object, old) => [
    ...immutable(object, old),
    ...(object.type === old.type ? [] : [invalidValue('type', object.type, 'field is immutable')]),
  ],
  columns: [nameColumn, { name: 'Type', cell: (object) => String(at(object, 'type')) }, keysColumn, ageColumn],
});

export const serviceAccount = defineResource('v1', 'ServiceAccount', {
  shortNames: ['sa'],
  columns: [nameColumn, { name: 'Secrets', cell: (object) => (Array.isArray(object.secrets) ? object.secrets.length : 0) }, ageColumn],
});
