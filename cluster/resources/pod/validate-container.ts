import type { V1Container, V1EnvVar, V1LifecycleHandler, V1Probe } from '@kubernetes/client-node';
import type { Wire } from '../../api/object.ts';
import { duplicate, forbidden, invalidValue, nonNegative, notSupported, required } from '../causes.ts';
import { nameErrors, portErrors } from '../names.ts';
import { milliValue } from '../quantity.ts';
import type { Cause } from '../resource.ts';

type Container = Wire<V1Container>;
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

/** What is wrong with the containers of a Pod (pkg/apis/core/validation). `graceSeconds` bounds preStop's sleep. */
export function containersCauses(field: string, containers: Container[], volumes: string[], graceSeconds: number): Cause[] {
  const names = new Set<string>();
  return containers.flatMap((container, index) => {
    const path = `${field}[${index}]`;
    const again = names.has(container.name);
    names.add(container.name);
    return [...containerCauses(path, container, volumes, graceSeconds), ...(again ? [duplicate(`${path}.name`, container.name)] : [])];
  });
}

function containerCauses(path: string, container: Container, volumes: string[], graceSeconds: number): Cause[] {
  const { name, image, imagePullPolicy = '', env = [], volumeMounts = [], lifecycle } = container;
  return [
    ...(name ? nameErrors('DNS label', name).map((why) => invalidValue(`${path}.name`, name, why)) : [required(`${path}.name`)]),
    ...(image ? [] : [required(`${path}.image`)]),
    ...(['Always', 'IfNotPresent', 'Never'].includes(imagePullPolicy)
      ? []
      : [notSupported(`${path}.imagePullPolicy`, imagePullPolicy, ['Always', 'IfNotPresent', 'Never'])]),
    ...portsCauses(`${path}.ports`, container.ports ?? []),
    ...env.flatMap((variable, index) => variableCauses(`${path}.env[${index}]`, variable)),
    ...volumeMounts.flatMap((mount, index) => [
      ...(mount.name ? [] : [required(`${path}.volumeMounts[${index}].name`)]),
      ...(mount.name && !volumes.includes(mount.name)
        ? [
            {
              field: `${path}.volumeMounts[${index}].name`,
              message: `Not found: ${JSON.stringify(mount.name)}`,
              reason: 'FieldValueNotFound',
            },
          ]
        : []),
      ...(mount.mountPath ? [] : [required(`${path}.volumeMounts[${index}].mountPath`)]),
    ]),
    ...(['requests', 'limits'] as const).flatMap((side) =>
      Object.entries(container.resources?.[side] ?? {}).flatMap(([resource, amount]) =>
        milliValue(amount) < 0
          ? [invalidValue(`${path}.resources.${side}[${resource}]`, amount, 'must be greater than or equal to 0')]
          : [],
      ),
    ),
    ...overLimit(path, container),
    ...probeCauses(`${path}.livenessProbe`, container.livenessProbe, 'liveness'),
    ...probeCauses(`${path}.readinessProbe`, container.readinessProbe, 'readiness'),
    ...probeCauses(`${path}.startupProbe`, container.startupProbe, 'startup'),
    ...handlerCauses(`${path}.lifecycle.postStart`, lifecycle?.postStart),
    ...handlerCauses(`${path}.lifecycle.preStop`, lifecycle?.preStop),
    ...sleepCauses(`${path}.lifecycle.preStop.sleep`, lifecycle?.preStop?.sleep?.seconds, graceSeconds),
  ];
}

function overLimit(path: string, { resources }: Container): Cause[] {
  return Object.entries(resources?.requests ?? {}).flatMap(([resource, amount]) => {
    const limit = resources?.limits?.[resource];
    if (limit === undefined || milliValue(amount) <= milliValue(limit)) return [];
    return [invalidValue(`${path}.resources.requests`, amount, `must be less than or equal to ${resource} limit of ${limit}`)];
  });
}

function portsCauses(field: string, ports: NonNullable<Container['ports']>): Cause[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const path = `${field}[${index}]`;
    const again = port.name !== undefined && names.has(port.name);
    if (port.name) names.add(port.name);
    return [
      ...(port.name ? nameErrors('port name', port.name).map((why) => invalidValue(`${path}.name`, port.name, why)) : []),
      ...(again ? [duplicate(`${path}.name`, port.name)] : []),
      ...(port.containerPort
        ? portErrors(port.containerPort).map((why) => invalidValue(`${path}.containerPort`, port.containerPort, why))
        : [required(`${path}.containerPort`)]),
      ...(['TCP', 'UDP', 'SCTP'].includes(port.protocol ?? '')
        ? []
        : [notSupported(`${path}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP'])]),
    ];
  });
}

function variableCauses(path: string, { name, value, valueFrom }: Wire<V1EnvVar>): Cause[] {
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
  return [...named, ...many, ...count, ...ofField, ...ofResource];
}

function handlerCauses(path: string, handler: Wire<V1LifecycleHandler & V1Probe> | Wire<V1LifecycleHandler> | undefined): Cause[] {
  if (!handler) return [];
  const found = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'].filter(
    (kind) => (handler as Record<string, unknown>)[kind] !== undefined,
  );
  if (found.length === 0) return [required(path, 'must specify a handler type')];
  const more = found.slice(1).map((kind) => forbidden(`${path}.${kind}`, 'may not specify more than 1 handler type'));
  const { exec, httpGet, tcpSocket } = handler;
  return [
    ...more,
    ...(exec && !exec.command?.length ? [required(`${path}.exec.command`)] : []),
    ...(httpGet && !['HTTP', 'HTTPS'].includes(httpGet.scheme ?? '')
      ? [notSupported(`${path}.httpGet.scheme`, httpGet.scheme, ['HTTP', 'HTTPS'])]
      : []),
    ...(httpGet ? targetPort(`${path}.httpGet.port`, httpGet.port) : []),
    ...(tcpSocket ? targetPort(`${path}.tcpSocket.port`, tcpSocket.port) : []),
  ];
}

/** A port by number or name. */
export const targetPort = (path: string, port: unknown): Cause[] =>
  typeof port === 'number'
    ? portErrors(port).map((why) => invalidValue(path, port, why))
    : nameErrors('port name', String(port ?? '')).map((why) => invalidValue(path, String(port ?? ''), why));

function sleepCauses(path: string, seconds: number | undefined, graceSeconds: number): Cause[] {
  if (seconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return [];
  return [
    invalidValue(
      path,
      seconds,
      `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds}). Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.`,
    ),
  ];
}

function probeCauses(path: string, probe: Wire<V1Probe> | undefined, type: 'liveness' | 'readiness' | 'startup'): Cause[] {
  if (!probe) return [];
  const numbers = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;
  return [
    ...handlerCauses(path, probe),
    ...numbers.flatMap((name) => nonNegative(`${path}.${name}`, probe[name])),
    ...(type !== 'readiness' && (probe.successThreshold ?? 1) !== 1
      ? [invalidValue(`${path}.successThreshold`, probe.successThreshold, 'must be 1')]
      : []),
    ...(type === 'readiness' && probe.terminationGracePeriodSeconds !== undefined
      ? [invalidValue(`${path}.terminationGracePeriodSeconds`, probe.terminationGracePeriodSeconds, 'must not be set for readinessProbes')]
      : []),
    ...(type !== 'readiness' && probe.terminationGracePeriodSeconds !== undefined && probe.terminationGracePeriodSeconds <= 0
      ? [invalidValue(`${path}.terminationGracePeriodSeconds`, probe.terminationGracePeriodSeconds, 'must be greater than 0')]
      : []),
  ];
}
