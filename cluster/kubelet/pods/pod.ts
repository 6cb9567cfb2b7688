import type { Kinds } from '../../api/registry.ts';

/** A stored Pod and the parts of it that the kubelet works on, as they stand on the wire. */
export type Pod = Kinds['Pod'];
export type PodSpec = NonNullable<Pod['spec']>;
export type PodStatus = NonNullable<Pod['status']>;
export type PodCondition = NonNullable<PodStatus['conditions']>[number];
export type Container = PodSpec['containers'][number];
export type ContainerStatus = NonNullable<PodStatus['containerStatuses']>[number];
export type Probe = NonNullable<Container['livenessProbe']>;
export type Volume = NonNullable<PodSpec['volumes']>[number];

/** A Pod in a message: `web-x_shop(uid)` (pkg/kubelet/util/format). */
export const podTitle = (pod: Pod): string => `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;

/** Init containers with restartPolicy Always: started in turn with the others, they keep running beside the Pod's containers. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

export const specOf = (pod: Pod): PodSpec => {
  if (!pod.spec) throw new Error(`Pod ${podTitle(pod)} has no spec`);
  return pod.spec;
};

export const isFinished = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
