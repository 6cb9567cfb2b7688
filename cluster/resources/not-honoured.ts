import { isObject, type JsonObject } from '../api/object.ts';
import { type FieldRules, unhonoured } from './field-rules.ts';

const oneNode = 'there is one node, which takes every Pod';
const isolation = 'a container is a process of this machine, and no more isolated than any other';

const containerFields = [
  ...['name', 'image', 'command', 'args', 'workingDir', 'env', 'envFrom', 'imagePullPolicy', 'restartPolicy'],
  ...['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle.postStart', 'lifecycle.preStop'],
  ...['terminationMessagePath', 'terminationMessagePolicy', 'ports[].name', 'ports[].containerPort', 'ports[].protocol'],
  ...[
    'resources.requests',
    'resources.limits.cpu',
    'resources.limits.memory',
    'securityContext.runAsUser',
    'securityContext.runAsGroup',
    'securityContext.runAsNonRoot',
  ],
  ...['volumeMounts[].name', 'volumeMounts[].mountPath', 'volumeMounts[].subPath', 'volumeMounts[].subPathExpr'],
];

/** What a cluster whose containers are processes makes of a Pod's spec. A field that stands nowhere here is reported as well. */
const podOfProcesses: FieldRules = {
  honoured: [
    ...['activeDeadlineSeconds', 'enableServiceLinks', 'hostname', 'nodeName', 'readinessGates', 'restartPolicy', 'subdomain'],
    ...['nodeSelector', 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution'],
    ...['key', 'operator', 'value', 'effect'].map((field) => `tolerations[].${field}`),
    ...['terminationGracePeriodSeconds', 'serviceAccount', 'serviceAccountName', 'preemptionPolicy', 'priority'],
    ...containerFields.map((field) => `containers[].${field}`),
    ...['runAsUser', 'runAsGroup', 'runAsNonRoot'].map((field) => `securityContext.${field}`),
    ...['name', 'configMap', 'secret', 'downwardAPI'].map((field) => `volumes[].${field}`),
    ...['sources[].configMap', 'sources[].secret', 'sources[].downwardAPI', 'defaultMode'].map((field) => `volumes[].projected.${field}`),
  ],
  other: { volumes: 'the Pod stays in ContainerCreating: only emptyDir, configMap, secret, downwardAPI and projected are mounted' },
  not: {
    'containers[].resources.limits.ephemeral-storage': 'CPU and memory are limited, nothing else',
    'containers[].ports[].hostPort': 'a Pod is reached at its own address',
    'containers[].ports[].hostIP': 'a Pod is reached at its own address',
    'containers[].resizePolicy': 'resources do not change while a container runs',
    'containers[].stdin': 'a container has no standard input',
    'containers[].stdinOnce': 'a container has no standard input',
    'containers[].tty': 'a container has no terminal',
    'containers[].lifecycle.stopSignal': { why: 'containers are stopped by SIGTERM', unless: ['SIGTERM'] },
    'containers[].volumeDevices': 'there are no block devices',
    'containers[].volumeMounts[].readOnly': 'the process may write to it',
    'containers[].volumeMounts[].recursiveReadOnly': { why: 'the process may write to it', unless: ['Disabled'] },
    'containers[].volumeMounts[].mountPropagation': { why: 'volumes are folders, not mounts', unless: ['None'] },
    'containers[].securityContext.allowPrivilegeEscalation': { why: isolation, unless: [true] },
    'containers[].securityContext.appArmorProfile': isolation,
    'containers[].securityContext.capabilities': isolation,
    'containers[].securityContext.privileged': isolation,
    'containers[].securityContext.procMount': { why: isolation, unless: ['Default'] },
    'containers[].securityContext.readOnlyRootFilesystem': isolation,
    'containers[].securityContext.seLinuxOptions': isolation,
    'containers[].securityContext.seccompProfile': isolation,
    'containers[].securityContext.windowsOptions': isolation,
    'securityContext.appArmorProfile': isolation,
    'securityContext.fsGroup': 'volumes belong to the user of the container',
    'securityContext.fsGroupChangePolicy': 'volumes belong to the user of the container',
    'securityContext.seLinuxChangePolicy': isolation,
    'securityContext.seLinuxOptions': isolation,
    'securityContext.seccompProfile': isolation,
    'securityContext.supplementalGroups': 'a container has the one group of its user',
    'securityContext.supplementalGroupsPolicy': 'a container has the one group of its user',
    'securityContext.sysctls': isolation,
    'securityContext.windowsOptions': isolation,
    'volumes[].projected.sources[].serviceAccountToken': 'there are no tokens, and the Pod stays in ContainerCreating',
    'volumes[].emptyDir.medium': 'it is a folder on disk',
    'volumes[].emptyDir.sizeLimit': 'volumes are not limited',
    'affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution': oneNode,
    'affinity.podAffinity': oneNode,
    'affinity.podAntiAffinity': oneNode,
    'tolerations[].tolerationSeconds': 'a taint keeps Pods off the node, but evicts none',
    topologySpreadConstraints: oneNode,
    schedulerName: { why: 'there is no other scheduler, and the Pod stays Pending', unless: ['default-scheduler'] },
    schedulingGates: 'Pods are scheduled at once',
    priorityClassName: 'nothing is preempted',
    runtimeClassName: 'containers are processes',
    overhead: 'containers are processes',
    os: { why: 'containers are processes of this machine', unless: [{ name: 'linux' }] },
    hostNetwork: 'each Pod has a loopback address of its own',
    hostPID: isolation,
    hostIPC: isolation,
    hostUsers: { why: isolation, unless: [true] },
    shareProcessNamespace: 'a container is a process group of its own',
    hostAliases: 'only names of Services and of this machine are resolved',
    hostnameOverride: 'hostname is honoured, this is not',
    setHostnameAsFQDN: 'the host name is the short one',
    dnsConfig: 'only names of Services and of this machine are resolved',
    dnsPolicy: { why: 'names of Services are resolved always', unless: ['ClusterFirst', 'ClusterFirstWithHostNet'] },
    automountServiceAccountToken: 'no token is mounted',
    imagePullSecrets: 'no image is pulled',
    resourceClaims: 'there are no devices',
    resources: 'requests are counted by container',
    ephemeralContainers: 'only the containers of the manifest run',
  },
};

const engineDefault = 'a container has what the engine gives to each';
/** What an engine does, and processes cannot. */
const honouredInContainers = [
  ...['allowPrivilegeEscalation', 'capabilities', 'privileged', 'readOnlyRootFilesystem'].map(
    (field) => `containers[].securityContext.${field}`,
  ),
  'containers[].volumeMounts[].readOnly',
  'volumes[].emptyDir.medium',
];

/** The same where containers are those of a Docker engine: it keeps them apart, and more can be had of it. */
const podOfContainers: FieldRules = {
  honoured: [...podOfProcesses.honoured, ...honouredInContainers],
  ...(podOfProcesses.other && { other: podOfProcesses.other }),
  not: {
    ...Object.fromEntries(Object.entries(podOfProcesses.not).filter(([field]) => !honouredInContainers.includes(field))),
    'containers[].volumeMounts[].recursiveReadOnly': { why: 'what is mounted below stays as it is', unless: ['Disabled'] },
    'containers[].volumeMounts[].mountPropagation': { why: 'nothing is mounted later', unless: ['None'] },
    'containers[].securityContext.appArmorProfile': engineDefault,
    'containers[].securityContext.procMount': { why: engineDefault, unless: ['Default'] },
    'containers[].securityContext.seLinuxOptions': engineDefault,
    'containers[].securityContext.seccompProfile': { why: engineDefault, unless: [{ type: 'RuntimeDefault' }] },
    'containers[].securityContext.windowsOptions': 'containers are those of Linux',
    'securityContext.appArmorProfile': engineDefault,
    'securityContext.fsGroup': 'any user of the Pod may write to its volumes',
    'securityContext.fsGroupChangePolicy': 'any user of the Pod may write to its volumes',
    'securityContext.seLinuxChangePolicy': engineDefault,
    'securityContext.seLinuxOptions': engineDefault,
    'securityContext.seccompProfile': { why: engineDefault, unless: [{ type: 'RuntimeDefault' }] },
    'securityContext.supplementalGroups': 'a container has the groups of its user',
    'securityContext.supplementalGroupsPolicy': 'a container has the groups of its user',
    'securityContext.sysctls': engineDefault,
    'securityContext.windowsOptions': 'containers are those of Linux',
    'volumes[].emptyDir.sizeLimit': 'only volumes in memory are limited',
    runtimeClassName: 'the engine’s default runtime runs all containers',
    overhead: 'nothing of it is counted',
    os: { why: 'containers are those of Linux', unless: [{ name: 'linux' }] },
    hostNetwork: 'each Pod has an address of its own in the lab’s network',
    hostPID: engineDefault,
    hostIPC: engineDefault,
    hostUsers: { why: engineDefault, unless: [true] },
    shareProcessNamespace: 'each container has a process namespace of its own',
    hostAliases: 'names are those of Services, and what the engine resolves',
    dnsConfig: 'names are those of Services, and what the engine resolves',
    imagePullSecrets: 'images are pulled as the engine is logged in',
  },
};

const addressed = 'it is reached at its cluster address, its node port and, as LoadBalancer, at localhost';
const service: FieldRules = {
  honoured: [
    ...['allocateLoadBalancerNodePorts', 'clusterIP', 'clusterIPs', 'publishNotReadyAddresses', 'selector', 'sessionAffinity', 'type'],
    ...['name', 'port', 'targetPort', 'nodePort', 'appProtocol'].map((field) => `ports[].${field}`),
    'sessionAffinityConfig',
  ],
  not: {
    'ports[].protocol': { why: 'only TCP is proxied', unless: ['TCP'] },
    externalIPs: addressed,
    externalName: 'its name is not resolved',
    externalTrafficPolicy: { why: oneNode, unless: ['Cluster', 'Local'] },
    internalTrafficPolicy: { why: oneNode, unless: ['Cluster', 'Local'] },
    healthCheckNodePort: addressed,
    ipFamilies: { why: 'addresses are IPv4', unless: [['IPv4']] },
    ipFamilyPolicy: { why: 'addresses are IPv4', unless: ['SingleStack', 'PreferDualStack'] },
    loadBalancerClass: addressed,
    loadBalancerIP: addressed,
    loadBalancerSourceRanges: 'only this machine reaches it',
    trafficDistribution: oneNode,
  },
};

const statefulSet: FieldRules = {
  honoured: [
    ...[
      'minReadySeconds',
      'ordinals',
      'podManagementPolicy',
      'replicas',
      'revisionHistoryLimit',
      'selector',
      'serviceName',
      'updateStrategy',
    ],
    'template',
  ],
  not: {
    volumeClaimTemplates: 'there are no persistent volumes, and its Pods stay in ContainerCreating',
    persistentVolumeClaimRetentionPolicy: {
      why: 'there are no persistent volumes',
      unless: [{ whenDeleted: 'Retain', whenScaled: 'Retain' }],
    },
  },
};

const autoscaler: FieldRules = {
  honoured: [
    ...['behavior', 'maxReplicas', 'minReplicas', 'scaleTargetRef'],
    ...['type', 'resource', 'containerResource'].map((field) => `metrics[].${field}`),
  ],
  not: {
    'metrics[].pods': 'nothing serves custom metrics, and the autoscaler reports FailedGetPodsMetric',
    'metrics[].object': 'nothing serves custom metrics, and the autoscaler reports FailedGetObjectMetric',
    'metrics[].external': 'nothing serves external metrics, and the autoscaler reports FailedGetExternalMetric',
  },
};

/** Tolerations that every Pod gets say nothing: the two of a node that is gone. */
function withoutGivenTolerations(spec: JsonObject): JsonObject {
  if (!Array.isArray(spec.tolerations)) return spec;
  const isGiven = (one: unknown): boolean => isObject(one) && /^node\.kubernetes\.io\/(not-ready|unreachable)$/.test(String(one.key));
  // What is taken out leaves its place, so that paths count on.
  return { ...spec, tolerations: spec.tolerations.map((one) => (isGiven(one) ? {} : one)) };
}

/** The limit of a volume in memory is honoured where volumes can be in memory. */
function withoutMemoryLimits(spec: JsonObject): JsonObject {
  if (!Array.isArray(spec.volumes)) return spec;
  const isMemory = (one: unknown): boolean => isObject(one) && isObject(one.emptyDir) && one.emptyDir.medium === 'Memory';
  return { ...spec, volumes: spec.volumes.map((one) => (isMemory(one) ? {} : one)) };
}

/** What the containers of a cluster are: `processes` of this machine, or `containers` of an engine. */
export type PodsAre = 'processes' | 'containers';

/** A sentence for each field of a Pod's spec that is set and not honoured; [] where all are. `path` is that of the spec. */
export function podNotHonoured(path: string, spec: object, podsAre: PodsAre): string[] {
  const asked = withoutGivenTolerations(spec as JsonObject);
  return podsAre === 'containers' ? unhonoured(podOfContainers, withoutMemoryLimits(asked), path) : unhonoured(podOfProcesses, asked, path);
}
/** The same for a Service's spec. */
export const serviceNotHonoured = (spec: object): string[] => unhonoured(service, spec, 'spec');
/** The same for a StatefulSet's spec, without its template. */
export const statefulSetNotHonoured = (spec: object): string[] => unhonoured(statefulSet, spec, 'spec');
/** The same for a HorizontalPodAutoscaler's spec. */
export const autoscalerNotHonoured = (spec: object): string[] => unhonoured(autoscaler, spec, 'spec');
