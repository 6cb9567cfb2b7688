import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import type { Wire } from '../api/object.ts';

type PodSpec = Partial<Wire<V1PodSpec>>;
type Container = Wire<V1Container>;

/** Fields of a Pod that the processes of this machine cannot honour, with the reason; whoever sets one is told so. */
const ofPod: Partial<Record<keyof PodSpec, string>> = {
  hostNetwork: 'each Pod has its own loopback address',
  hostPID: 'processes of this machine see each other',
  hostIPC: 'Pods are not isolated from each other',
  shareProcessNamespace: 'containers of a Pod are separate process groups',
  affinity: 'there is one node',
  topologySpreadConstraints: 'there is one node',
  nodeSelector: 'there is one node, which is not matched against it',
  hostAliases: 'only Service names are resolved by the cluster',
  dnsConfig: 'only Service names are resolved by the cluster',
  runtimeClassName: 'containers are processes',
  priorityClassName: 'nothing is preempted',
  activeDeadlineSeconds: 'Pods are not ended by age',
  imagePullSecrets: 'no image is pulled',
  readinessGates: 'nothing here sets their conditions, but they are waited for',
};
const ofContainer: Partial<Record<keyof Container, string>> = {
  stdin: 'a container has no standard input',
  tty: 'a container has no terminal',
  volumeDevices: 'there are no block devices',
};
const volumeSources = ['emptyDir', 'configMap', 'secret'];
const limitReason = 'processes are not limited yet';

/** A sentence for each field that is set and not honoured; [] where all are. */
export function podNotHonoured(path: string, spec: PodSpec): string[] {
  const said = (field: string, why: string): string => `${path}.${field}: not honoured on this platform: ${why}`;
  const isSet = (value: unknown): boolean => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  const containers = (['initContainers', 'containers'] as const).flatMap((list) =>
    (spec[list] ?? []).map((container, index) => ({ container, field: `${list}[${index}]` })),
  );
  return [
    ...Object.entries(ofPod).flatMap(([field, why]) => (isSet(spec[field as keyof PodSpec]) ? [said(field, why)] : [])),
    ...(spec.volumes ?? []).flatMap((volume, index) =>
      Object.keys(volume)
        .filter((source) => source !== 'name' && !volumeSources.includes(source))
        .map((source) =>
          said(`volumes[${index}].${source}`, 'the Pod stays in ContainerCreating: only emptyDir, configMap and secret are mounted'),
        ),
    ),
    ...containers.flatMap(({ container, field }) => [
      ...Object.entries(ofContainer).flatMap(([name, why]) =>
        isSet(container[name as keyof Container]) ? [said(`${field}.${name}`, why)] : [],
      ),
      ...Object.keys(container.resources?.limits ?? {}).map((name) => said(`${field}.resources.limits.${name}`, limitReason)),
    ]),
  ];
}
