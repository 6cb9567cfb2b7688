import { isDeepStrictEqual } from 'node:util';
import { at, type KubeObject } from '../api/object.ts';
import { forbidden, invalidValue, required, tooLong } from './causes.ts';
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
  const why = 'field is immutable when `immutable` is set';
  return [
    ...(object.immutable === true ? [] : [forbidden('immutable', why)]),
    ...['data', 'binaryData'].flatMap((field) => (isDeepStrictEqual(object[field], old[field]) ? [] : [forbidden(field, why)])),
  ];
}

const maxBytes = 1024 * 1024;
/** 1 MiB of values at most; those of a Secret and of binaryData count as what their base64 stands for. */
function sizeCauses(field: string, object: KubeObject, dataIs: BufferEncoding): Cause[] {
  const sum = (values: Record<string, string>, encoding: BufferEncoding): number =>
    Object.values(values).reduce((bytes, value) => bytes + Buffer.byteLength(value, encoding), 0);
  const bytes = sum(map(object, 'data'), dataIs) + sum(map(object, 'binaryData'), 'base64');
  return bytes > maxBytes ? [tooLong(field, maxBytes)] : [];
}

/** Keys that a Secret of a type must have. */
const keysOfType: Record<string, string[]> = {
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};
const missingKeys = (object: KubeObject): Cause[] =>
  (keysOfType[String(object.type)] ?? []).filter((key) => !(key in map(object, 'data'))).map((key) => required(`data[${key}]`));

export const configMap = defineResource('v1', 'ConfigMap', {
  shortNames: ['cm'],
  validate: (object) => [...keyCauses(object), ...sizeCauses('[]', object, 'utf8')],
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
  validate: (object) => [...keyCauses(object), ...sizeCauses('data', object, 'base64'), ...missingKeys(object)],
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
