/** Label of the Pod that stands in front of a Service; its value is the Service's name. */
export const standInLabel = 'shoplab.dev/toxic-proxy';

export const toxiproxyImage = 'ghcr.io/shopify/toxiproxy:2.12.0';
/** Its image names no user, so by itself it is root's. */
const nobody = 65_534;
const usualApiPort = 8474;
/** Where a target port has only a name, the proxy listens from here on: a port that anybody may bind. */
const firstNamedPort = 28_474;

export interface ServicePort {
  name?: string;
  protocol?: string;
  port: number;
  targetPort?: number | string;
}
/** Of a Service, what matters here. */
export interface ServiceSpec {
  type?: string;
  clusterIP?: string;
  selector?: Record<string, string>;
  ports?: ServicePort[];
}

/** Of a Pod: its securityContext, and that of its first container. */
export interface PodSecurity {
  pod?: { runAsNonRoot?: boolean; runAsUser?: number; [field: string]: unknown };
  container?: Record<string, unknown>;
}

/** What stands in front of a Service, as plain JSON for the undo log. */
export interface StandIn {
  service: string;
  /** The Service's own selector. */
  selector: Record<string, string>;
  ports: ServicePort[];
  /** Name of the second Service, with the selector of the first. */
  upstream: string;
  pod: string;
  apiPort: number;
  /** Of what the proxy draws: toxicity, jitter. */
  seed: number;
  /** As the Pods behind the Service are secured, so is the proxy's; absent: in no way. */
  security?: PodSecurity;
  proxies: { name: string; listen: string; upstream: string }[];
}

/** Plans what stands in front of a Service. Throws an Error that says why that cannot be. */
export function planStandIn(
  service: string,
  { type, clusterIP, selector, ports = [] }: ServiceSpec,
  { seed, security }: Pick<StandIn, 'seed' | 'security'>,
): StandIn {
  const cannot = (why: string): Error => new Error(`a toxic proxy cannot stand in front of Service ${service}: ${why}`);
  if (type === 'ExternalName') throw cannot('it is an ExternalName');
  if (!selector || Object.keys(selector).length === 0) throw cannot('it has no selector, so nothing says which Pods are behind it');
  if (clusterIP === 'None') throw cannot('it is headless, so its clients connect to the Pods themselves');
  if (standInLabel in selector) throw cannot('another stands there already');
  const other = ports.find(({ protocol = 'TCP' }) => protocol !== 'TCP');
  if (other) throw cannot(`port ${other.port} is ${other.protocol}, and Toxiproxy is for TCP`);
  const taken = ports.map((port, index) => listenPort(port, index));
  const upstream = `${service}-upstream`;
  return {
    service,
    selector,
    ports,
    upstream,
    pod: `${service}-toxiproxy`,
    apiPort: Array.from({ length: ports.length + 1 }, (_, n) => usualApiPort + n).find((port) => !taken.includes(port)) ?? usualApiPort,
    seed,
    ...(security && { security }),
    proxies: ports.map((port, index) => ({
      name: port.name ?? String(port.port),
      listen: `0.0.0.0:${listenPort(port, index)}`,
      upstream: `${upstream}:${port.port}`,
    })),
  };
}

const listenPort = ({ port, targetPort = port }: ServicePort, index: number): number =>
  typeof targetPort === 'number' ? targetPort : firstNamedPort + index;

/** The Pod: its ports have the names by which the Service's targetPort finds them. `image`: Toxiproxy's, as this cluster calls it. */
export function standInPod({ service, ports, pod, apiPort, seed, security }: StandIn, image: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod, labels: { [standInLabel]: service } },
    spec: {
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 10,
      ...(security?.pod && { securityContext: { ...security.pod, ...(security.pod.runAsNonRoot && { runAsUser: nobody }) } }),
      containers: [
        {
          name: 'toxiproxy',
          image,
          ...(security?.container && { securityContext: security.container }),
          args: ['-host=0.0.0.0', `-port=${apiPort}`, `-seed=${seed}`],
          ports: [
            { containerPort: apiPort },
            ...ports.map((port, index) => ({
              containerPort: listenPort(port, index),
              ...(typeof port.targetPort === 'string' && { name: port.targetPort }),
            })),
          ],
          readinessProbe: { httpGet: { path: '/version', port: apiPort }, periodSeconds: 1 },
          // Connections through it live on for a moment when it is taken away; by then nothing is wrong with them.
          lifecycle: { preStop: { sleep: { seconds: 2 } } },
        },
      ],
    },
  };
}

/** The second Service, by which the proxy finds the Pods. It belongs to the proxy's Pod: when that is gone, the cluster removes it. */
export function upstreamService({ service, upstream, selector, ports, pod }: StandIn, podUid: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: upstream,
      labels: { [standInLabel]: service },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: pod, uid: podUid }],
    },
    spec: {
      selector,
      ports: ports.map(({ name, protocol, port, targetPort }) => ({
        ...(name !== undefined && { name }),
        ...(protocol !== undefined && { protocol }),
        port,
        ...(targetPort !== undefined && { targetPort }),
      })),
    },
  };
}
