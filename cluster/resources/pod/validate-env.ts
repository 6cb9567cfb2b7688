import type { V1EnvFromSource, V1EnvVar } from '@kubernetes/client-node';
import type { Wire } from '../../api/object.ts';
import { invalidValue, notSupported, required } from '../causes.ts';
import { nameErrors } from '../names.ts';
import type { Cause } from '../resource.ts';

const fieldPaths =
  /^(metadata\.(name|namespace|uid|labels\['.+'\]|annotations\['.+'\])|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?))$/;
const countable = [
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
];

/** What is wrong with a variable of a container. */
export function variableCauses(path: string, { name, value, valueFrom }: Wire<V1EnvVar>): Cause[] {
  const named = name
    ? nameErrors('environment variable name', name).map((why) => invalidValue(`${path}.name`, name, why))
    : [required(`${path}.name`)];
  if (!valueFrom) return named;
  const given = Object.entries(valueFrom).filter(([, source]) => source !== undefined);
  const many = value ? [invalidValue(`${path}.valueFrom`, '', 'may not be specified when `value` is not empty')] : [];
  const count =
    given.length === 1
      ? []
      : [
          invalidValue(
            `${path}.valueFrom`,
            '',
            given.length === 0
              ? 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'
              : 'may not have more than one field specified at a time',
          ),
        ];
  const { fieldRef, resourceFieldRef } = valueFrom;
  const ofField =
    fieldRef && !fieldPaths.test(fieldRef.fieldPath)
      ? [
          invalidValue(
            `${path}.valueFrom.fieldRef.fieldPath`,
            fieldRef.fieldPath,
            `error converting fieldPath: field label not supported: ${fieldRef.fieldPath}`,
          ),
        ]
      : [];
  const ofResource =
    resourceFieldRef && !countable.includes(resourceFieldRef.resource)
      ? [notSupported(`${path}.valueFrom.resourceFieldRef.resource`, resourceFieldRef.resource, countable)]
      : [];
  const ofKey = (['configMapKeyRef', 'secretKeyRef'] as const).flatMap((kind) => {
    const reference = valueFrom[kind];
    if (!reference) return [];
    const field = `${path}.valueFrom.${kind}`;
    const named = reference.name ? [] : [required(`${field}.name`)];
    const { key } = reference;
    return [
      ...named,
      ...(key ? nameErrors('ConfigMap key', key).map((why) => invalidValue(`${field}.key`, key, why)) : [required(`${field}.key`)]),
    ];
  });
  return [...named, ...many, ...count, ...ofField, ...ofResource, ...ofKey];
}

/** What is wrong with a source of variables of a container. */
export function envFromCauses(path: string, { configMapRef, secretRef, prefix }: Wire<V1EnvFromSource>): Cause[] {
  const wrongPrefix = prefix
    ? nameErrors('environment variable name', prefix).map((why) => invalidValue(`${path}.prefix`, prefix, why))
    : [];
  if (!configMapRef && !secretRef) return [...wrongPrefix, invalidValue(path, '', 'must specify one of: `configMapRef` or `secretRef`')];
  if (configMapRef && secretRef) return [...wrongPrefix, invalidValue(path, '', 'may not have more than one field specified at a time')];
  return [
    ...wrongPrefix,
    ...(configMapRef && !configMapRef.name ? [required(`${path}.configMapRef.name`)] : []),
    ...(secretRef && !secretRef.name ? [required(`${path}.secretRef.name`)] : []),
  ];
}
