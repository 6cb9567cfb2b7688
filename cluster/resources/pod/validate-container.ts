import type { V1Container } from '@kubernetes/client-node';
import type { Wire } from '../../api/object.ts';
import { duplicate, forbidden, invalidValue, notFound, notSupported, required } from '../causes.ts';
import { nameErrors, portErrors } from '../names.ts';
import { milliValue } from '../quantity.ts';
import type { Cause } from '../resource.ts';
import { envFromCauses, variableCauses } from './validate-env.ts';
import { handlerCauses, probeCauses, sleepCauses } from './validate-handler.ts';

type Container = Wire<V1Container>;
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
  const { name, image, imagePullPolicy = '', env = [], envFrom = [], volumeMounts = [], lifecycle } = container;
  return [
    ...(name ? nameErrors('DNS label', name).map((why) => invalidValue(`${path}.name`, name, why)) : [required(`${path}.name`)]),
    ...(image ? [] : [required(`${path}.image`)]),
    ...(['Always', 'IfNotPresent', 'Never'].includes(imagePullPolicy)
      ? []
      : [notSupported(`${path}.imagePullPolicy`, imagePullPolicy, ['Always', 'IfNotPresent', 'Never'])]),
    ...portsCauses(`${path}.ports`, container.ports ?? []),
    ...env.flatMap((variable, index) => variableCauses(`${path}.env[${index}]`, variable)),
    ...envFrom.flatMap((source, index) => envFromCauses(`${path}.envFrom[${index}]`, source)),
    ...mountCauses(`${path}.volumeMounts`, volumeMounts, volumes),
    ...resourceCauses(`${path}.resources`, container),
    ...probeCauses(`${path}.livenessProbe`, container.livenessProbe, 'liveness'),
    ...probeCauses(`${path}.readinessProbe`, container.readinessProbe, 'readiness'),
    ...probeCauses(`${path}.startupProbe`, container.startupProbe, 'startup'),
    ...handlerCauses(`${path}.lifecycle.postStart`, lifecycle?.postStart),
    ...handlerCauses(`${path}.lifecycle.preStop`, lifecycle?.preStop),
    ...sleepCauses(`${path}.lifecycle.preStop.sleep`, lifecycle?.preStop?.sleep?.seconds, graceSeconds),
  ];
}

function mountCauses(field: string, mounts: NonNullable<Container['volumeMounts']>, volumes: string[]): Cause[] {
  return mounts.flatMap(({ name, mountPath }, index) => {
    const path = `${field}[${index}]`;
    return [
      ...(name ? [] : [required(`${path}.name`)]),
      ...(name && !volumes.includes(name) ? [notFound(`${path}.name`, name)] : []),
      ...(mountPath ? [] : [required(`${path}.mountPath`)]),
      ...(mounts.findIndex((one) => one.mountPath === mountPath) < index
        ? [invalidValue(`${path}.mountPath`, mountPath, 'must be unique')]
        : []),
    ];
  });
}

const standard = /^(cpu|memory|ephemeral-storage|hugepages-.+|.+\/.+)$/;

/** Requests and limits: of resources that there are, not negative, requests within limits. */
function resourceCauses(path: string, { resources }: Container): Cause[] {
  const amounts = (['limits', 'requests'] as const).flatMap((side) =>
    Object.entries(resources?.[side] ?? {}).flatMap(([name, amount]) => {
      const field = `${path}.${side}[${name}]`;
      return [
        ...(standard.test(name)
          ? []
          : ['must be a standard resource type or fully qualified', 'must be a standard resource for containers'].map((why) =>
              invalidValue(field, name, why),
            )),
        ...(milliValue(amount) < 0 ? [invalidValue(field, amount, 'must be greater than or equal to 0')] : []),
      ];
    }),
  );
  const over = Object.entries(resources?.requests ?? {}).flatMap(([name, amount]) => {
    const limit = resources?.limits?.[name];
    if (limit === undefined || milliValue(amount) <= milliValue(limit)) return [];
    return [invalidValue(`${path}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`)];
  });
  return [...amounts, ...over];
}

/** Probes and hooks are for containers that stay: an init container that ends has none. */
export function initContainerCauses(field: string, containers: Container[]): Cause[] {
  return containers.flatMap((container, index) =>
    container.restartPolicy === 'Always'
      ? []
      : (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((name) =>
          container[name]
            ? [forbidden(`${field}[${index}].${name}`, 'may not be set for init containers without restartPolicy=Always')]
            : [],
        ),
  );
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
