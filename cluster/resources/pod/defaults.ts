import type { V1Container, V1PodSpec, V1Probe, V1Volume } from '@kubernetes/client-node';
import type { Wire } from '../../api/object.ts';

type PodSpec = Partial<Wire<V1PodSpec>>;
type Container = Wire<V1Container>;
type Probe = Wire<V1Probe>;
type Volume = Wire<V1Volume>;

/** Defaults of a Pod spec as a Pod has it; templates differ (pkg/apis/core/v1/defaults.go). */
export function defaultPod(spec: PodSpec): PodSpec {
  const defaulted = defaultPodSpec(spec);
  const withRequests = (containers: Container[] | undefined): Container[] | undefined => containers?.map(requestsFromLimits);
  return {
    enableServiceLinks: true,
    ...defaulted,
    containers: withRequests(defaulted.containers) ?? [],
    ...(defaulted.initContainers && { initContainers: withRequests(defaulted.initContainers) }),
  };
}

/** Defaults that a Pod spec has in templates too. */
export function defaultPodSpec(spec: PodSpec): PodSpec {
  const hostNetwork = spec.hostNetwork === true;
  const containers = (all: Container[] | undefined): Container[] | undefined => all?.map((one) => defaultContainer(one, hostNetwork));
  return {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
    securityContext: {},
    ...spec,
    ...(spec.serviceAccountName && { serviceAccount: spec.serviceAccountName }),
    ...(spec.containers && { containers: containers(spec.containers) }),
    ...(spec.initContainers && { initContainers: containers(spec.initContainers) }),
    ...(spec.volumes && { volumes: spec.volumes.map(defaultVolume) }),
  } as PodSpec;
}

/** No tag or `latest` is pulled always, others only where they are absent. */
function pullPolicy(image: string | undefined): string {
  const name = image?.split('/').at(-1) ?? '';
  if (name.includes('@')) return 'IfNotPresent';
  const tag = name.split(':')[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultContainer(container: Container, hostNetwork: boolean): Container {
  const { ports, livenessProbe, readinessProbe, startupProbe, env, lifecycle } = container;
  return {
    ...container,
    ...(env && { env: env.map(defaultVariable) }),
    imagePullPolicy: container.imagePullPolicy ?? pullPolicy(container.image),
    terminationMessagePath: container.terminationMessagePath ?? '/dev/termination-log',
    terminationMessagePolicy: container.terminationMessagePolicy ?? 'File',
    resources: container.resources ?? {},
    ...(ports && {
      ports: ports.map((port) => ({ protocol: 'TCP', ...port, ...(hostNetwork && { hostPort: port.hostPort ?? port.containerPort }) })),
    }),
    ...(livenessProbe && { livenessProbe: defaultProbe(livenessProbe) }),
    ...(readinessProbe && { readinessProbe: defaultProbe(readinessProbe) }),
    ...(startupProbe && { startupProbe: defaultProbe(startupProbe) }),
    ...(lifecycle && {
      lifecycle: {
        ...lifecycle,
        ...(lifecycle.preStop?.httpGet && { preStop: { ...lifecycle.preStop, httpGet: defaultHttpGet(lifecycle.preStop.httpGet) } }),
        ...(lifecycle.postStart?.httpGet && {
          postStart: { ...lifecycle.postStart, httpGet: defaultHttpGet(lifecycle.postStart.httpGet) },
        }),
      },
    }),
  };
}

const defaultHttpGet = <T extends { path?: string; scheme?: string }>(action: T): T => ({
  ...action,
  path: action.path || '/',
  scheme: action.scheme || 'HTTP',
});

/** 0 means default for the first four. */
function defaultProbe(probe: Probe): Probe {
  return {
    ...probe,
    timeoutSeconds: probe.timeoutSeconds || 1,
    periodSeconds: probe.periodSeconds || 10,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
    ...(probe.httpGet && { httpGet: defaultHttpGet(probe.httpGet) }),
    ...(probe.grpc && { grpc: { ...probe.grpc, service: probe.grpc.service ?? '' } }),
  };
}

function defaultVariable(variable: NonNullable<Container['env']>[number]): NonNullable<Container['env']>[number] {
  const { fieldRef, resourceFieldRef } = variable.valueFrom ?? {};
  if (fieldRef)
    return { ...variable, valueFrom: { ...variable.valueFrom, fieldRef: { ...fieldRef, apiVersion: fieldRef.apiVersion ?? 'v1' } } };
  if (resourceFieldRef) {
    const divisor = resourceFieldRef.divisor ?? '0';
    return { ...variable, valueFrom: { ...variable.valueFrom, resourceFieldRef: { ...resourceFieldRef, divisor } } };
  }
  return variable;
}

function defaultVolume(volume: Volume): Volume {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return { ...volume, configMap: { ...configMap, defaultMode: configMap.defaultMode ?? 420 } };
  if (secret) return { ...volume, secret: { ...secret, defaultMode: secret.defaultMode ?? 420 } };
  if (downwardAPI) return { ...volume, downwardAPI: { ...downwardAPI, defaultMode: downwardAPI.defaultMode ?? 420 } };
  if (projected) return { ...volume, projected: { ...projected, defaultMode: projected.defaultMode ?? 420 } };
  return Object.keys(volume).length === 1 ? { ...volume, emptyDir: {} } : volume;
}

function requestsFromLimits(container: Container): Container {
  const { limits, requests } = container.resources ?? {};
  return limits ? { ...container, resources: { ...container.resources, requests: { ...limits, ...requests } } } : container;
}
