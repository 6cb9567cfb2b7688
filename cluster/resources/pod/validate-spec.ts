import type { V1PodSpec, V1Volume } from '@kubernetes/client-node';
import type { Wire } from '../../api/object.ts';
import { duplicate, forbidden, invalidValue, notSupported, required } from '../causes.ts';
import { nameErrors } from '../names.ts';
import type { Cause } from '../resource.ts';
import { containersCauses, initContainerCauses } from './validate-container.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
/** Kubernetes lists these two in its own order. */
const inOrder = (field: string, value: unknown, names: string[]): Cause => ({
  field,
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${names.map((name) => JSON.stringify(name)).join(', ')}`,
  reason: 'FieldValueNotSupported',
});
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

/** What is wrong with a Pod's spec, in a Pod (`spec`) or a template (`spec.template.spec`). */
export function podSpecCauses(path: string, spec: Partial<Wire<V1PodSpec>>): Cause[] {
  const { containers = [], initContainers = [], volumes = [], terminationGracePeriodSeconds: grace = 30 } = spec;
  const { activeDeadlineSeconds: deadline } = spec;
  const volumeNames = volumes.map((volume) => volume.name);
  return [
    ...volumesCauses(`${path}.volumes`, volumes),
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...containersCauses(`${path}.containers`, containers, volumeNames, grace),
    ...containersCauses(`${path}.initContainers`, initContainers, volumeNames, grace),
    ...initContainerCauses(`${path}.initContainers`, initContainers),
    ...initContainers.flatMap((one, index) =>
      containers.some((other) => other.name === one.name) ? [duplicate(`${path}.initContainers[${index}].name`, one.name)] : [],
    ),
    ...(restartPolicies.includes(spec.restartPolicy ?? '') ? [] : [inOrder(`${path}.restartPolicy`, spec.restartPolicy, restartPolicies)]),
    ...(dnsPolicies.includes(spec.dnsPolicy ?? '') ? [] : [inOrder(`${path}.dnsPolicy`, spec.dnsPolicy, dnsPolicies)]),
    ...(deadline !== undefined && deadline < 0
      ? [invalidValue(`${path}.activeDeadlineSeconds`, deadline, 'must be between 0 and 2147483647, inclusive')]
      : []),
    ...(grace < 0 ? [invalidValue(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than or equal to 0')] : []),
    ...(spec.hostname ? labelOf(`${path}.hostname`, spec.hostname) : []),
    ...(spec.subdomain ? labelOf(`${path}.subdomain`, spec.subdomain) : []),
  ];
}

function volumesCauses(field: string, volumes: Wire<V1Volume>[]): Cause[] {
  return volumes.flatMap((volume, index) => {
    const path = `${field}[${index}]`;
    const { name, configMap, secret } = volume;
    const [, second] = Object.keys(volume).filter((key) => key !== 'name');
    return [
      ...(name ? nameErrors('DNS label', name).map((why) => invalidValue(`${path}.name`, name, why)) : [required(`${path}.name`)]),
      ...(name && volumes.findIndex((one) => one.name === name) < index ? [duplicate(`${path}.name`, name)] : []),
      ...(second ? [forbidden(`${path}.${second}`, 'may not specify more than 1 volume type')] : []),
      ...(configMap && !configMap.name ? [required(`${path}.configMap.name`)] : []),
      ...(secret && !secret.secretName ? [required(`${path}.secret.secretName`)] : []),
    ];
  });
}

/** A DNS label; dots are named apart, since they are what people try. */
export const labelOf = (path: string, value: string): Cause[] =>
  value.includes('.')
    ? [invalidValue(path, value, 'must not contain dots')]
    : nameErrors('DNS label', value).map((why) => invalidValue(path, value, why));

/** The one restart policy that templates of controllers may have. */
export const alwaysRestarts = (path: string, spec: Partial<Wire<V1PodSpec>> | undefined): Cause[] =>
  spec?.restartPolicy === 'Always' ? [] : [notSupported(`${path}.restartPolicy`, spec?.restartPolicy, ['Always'])];
