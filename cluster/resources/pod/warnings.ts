import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import type { Wire } from '../../api/object.ts';
import { exactMilliValue, parseQuantity } from '../quantity.ts';

type Container = Wire<V1Container>;

/** What Kubernetes itself warns of in a Pod's spec (pkg/api/pod/warnings.go), as far as this cluster takes such fields. */
export function podWarnings(path: string, spec: Partial<Wire<V1PodSpec>>): string[] {
  const { terminationGracePeriodSeconds: grace = 0 } = spec;
  return [
    ...(['initContainers', 'containers'] as const).flatMap((list) =>
      (spec[list] ?? []).flatMap((container, index) => containerWarnings(`${path}.${list}[${index}]`, container)),
    ),
    ...(grace < 0 ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`] : []),
  ];
}

function containerWarnings(path: string, { env = [], ports = [], resources = {} }: Container): string[] {
  const fractional = (['limits', 'requests'] as const).flatMap((side) =>
    Object.entries(resources[side] ?? {}).flatMap(([name, amount]) =>
      ['memory', 'ephemeral-storage'].includes(name) && exactMilliValue(parseQuantity(amount)) % 1000n !== 0n
        ? [`${path}.resources.${side}[${name}]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`]
        : [],
    ),
  );
  const hidden = env.flatMap(({ name }, index) =>
    env.findIndex((one) => one.name === name) < index
      ? [`${path}.env[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`]
      : [],
  );
  const samePort = (one: (typeof ports)[number], other: (typeof ports)[number]): boolean =>
    one.containerPort === other.containerPort &&
    one.protocol === other.protocol &&
    one.hostIP === other.hostIP &&
    one.hostPort === other.hostPort;
  const twice = ports.flatMap((port, index) => {
    const first = ports.findIndex((one) => samePort(one, port));
    return first < index ? [`${path}.ports[${index}]: duplicate port definition with ${path}.ports[${first}]`] : [];
  });
  return [...fractional, ...hidden, ...twice];
}
