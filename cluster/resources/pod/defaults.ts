import type { V1Container, V1PodSpec, V1Probe } from '@kubernetes/client-node';
import type { Wire } from '../../api/object.ts';
import { parseImageName } from '../../images/image-name.ts';
import { canonicalQuantity } from '../quantity.ts';
import { defaultVolume } from './default-volume.ts';

type PodSpec = Partial<Wire<V1PodSpec>>;
type Container = Wire<V1Container>;
type Probe = Wire<V1Probe>;

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
  const containers = (all: Container[] | undefined): Container[] | undefined =>
    all?.map((one) => defaultContainer(withoutDisabled(one, all === spec.initContainers), hostNetwork));
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

/** `latest`, said or not, is pulled always; other tags, a digest alone, and what is no image name, only where absent. */
function pullPolicy(image = ''): string {
  const tag = parseImageName(image)?.tag;
  const isPinned = image.includes('@') && !image.includes(':latest@');
  return tag === 'latest' && !isPinned ? 'Always' : 'IfNotPresent';
}

/** Restart rules of single containers are an alpha feature, dropped where it is off; `Always` makes an init container a sidecar. */
function withoutDisabled(container: Container, isInit: boolean): Container {
  const { restartPolicy, restartPolicyRules: _rules, ...rest } = container;
  return isInit && restartPolicy === 'Always' ? { ...rest, restartPolicy } : rest;
}

/** Amounts as Kubernetes keeps them, text in canonical form: a number `1`, `0.5` and `1024Mi` become `1`, `500m` and `1Gi`. */
function defaultResources(resources: Container['resources']): NonNullable<Container['resources']> {
  const canonical = (amounts: Record<string, string>) =>
    Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, canonicalQuantity(amount)]));
  return {
    ...resources,
    ...(resources?.requests && { requests: canonical(resources.requests) }),
    ...(resources?.limits && { limits: canonical(resources.limits) }),
  };
}

function defaultContainer(container: Container, hostNetwork: boolean): Container {
  const { ports, livenessProbe, readinessProbe, startupProbe, env, lifecycle } = container;
  return {
    ...container,
    ...(env && { env: env.map(defaultVariable) }),
    imagePullPolicy: container.imagePullPolicy ?? pullPolicy(container.image),
    terminationMessagePath: container.terminationMessagePath ?? '/dev/termination-log',
    terminationMessagePolicy: container.terminationMessagePolicy ?? 'File',
    resources: defaultResources(container.resources),
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
    const divisor = canonicalQuantity(resourceFieldRef.divisor ?? '0');
    return { ...variable, valueFrom: { ...variable.valueFrom, resourceFieldRef: { ...resourceFieldRef, divisor } } };
  }
  return variable;
}

function requestsFromLimits(container: Container): Container {
  const { limits, requests } = container.resources ?? {};
  return limits ? { ...container, resources: { ...container.resources, requests: { ...limits, ...requests } } } : container;
}
