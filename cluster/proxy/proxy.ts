import type { KubeObject } from '../api/object.ts';
import type { Kinds, Registry } from '../api/registry.ts';
import { type Dial, dialDirectly } from '../dial.ts';
import { Listener, type ServiceListener } from './listener.ts';
import { portHolder } from './port-holder.ts';
import { type Route, routesOf } from './service-routes.ts';
import { SyncPace } from './sync-pace.ts';

export interface ProxyOptions {
  registry: Registry;
  /** Where node ports answer on this machine. */
  nodeIP: string;
  /** LoadBalancer Services of this namespace answer on 127.0.0.1; those of others on their clusterIP. */
  localhostNamespace?: string;
  /** Where a load balancer outside `localhostNamespace` answers on this machine; its clusterIP if absent. */
  balancerIP?: (clusterIP: string) => string;
  /** What listens at clusterIPs; a listener of this process if absent. */
  clusterListener?: (route: Route, onError: (error: NodeJS.ErrnoException, route: Route) => void) => ServiceListener;
  /** How this process reaches Pods; directly if absent. */
  dial?: Dial;
  log?: (line: string) => void;
}

const serviceLabel = 'kubernetes.io/service-name';

/** kube-proxy and the cloud's load balancer in one: keeps a listener for each address of each Service. Answers how to stop. */
export function startProxy(options: ProxyOptions): { stop(): Promise<void> } {
  const {
    registry,
    nodeIP,
    localhostNamespace,
    balancerIP: outside = (clusterIP) => clusterIP,
    clusterListener,
    dial = dialDirectly,
    log,
  } = options;
  /** By `namespace/name`, then by `address:port`. */
  const listeners = new Map<string, Map<string, ServiceListener>>();
  const ending = new Set<Promise<void>>();
  /** By `namespace/name`: how often its endpoints may change. */
  const paces = new Map<string, SyncPace>();

  /** What cannot be ended now, as its engine is away, goes with the lab: whoever removes that looks for all that is left. */
  const end = (listener: ServiceListener): void => {
    const ended = listener
      .stop()
      .catch((error: Error) => log?.(`a listener could not be ended: ${error.message}`))
      .finally(() => ending.delete(ended));
    ending.add(ended);
  };

  const balancerIP = (service: Kinds['Service']): string | undefined => {
    if (service.spec?.type !== 'LoadBalancer') return undefined;
    const { clusterIP } = service.spec;
    return service.metadata.namespace === localhostNamespace ? '127.0.0.1' : clusterIP && outside(clusterIP);
  };

  const onError = (service: Kinds['Service']) => (error: NodeJS.ErrnoException, route: Route) => {
    const holder = error.code === 'EADDRINUSE' ? (portHolder(route.address, route.port) ?? 'another program') : '';
    const why = holder ? `${holder} listens there; end it, or change the port of the Service` : error.message;
    const message = `Cannot listen on ${route.address}:${route.port} for ${route.title}: ${why}`;
    log?.(message);
    registry.event(service as unknown as KubeObject, { type: 'Warning', reason: 'FailedToListen', message, component: 'kube-proxy' });
  };

  /** Answers whether new connections go elsewhere now. Where there was nobody and is nobody nothing changed. */
  const sync = (namespace: string, name: string): boolean => {
    const key = `${namespace}/${name}`;
    const service = registry.find('Service', namespace, name);
    if (!service) {
      paces.get(key)?.stop();
      paces.delete(key);
    }
    let changed = false;
    const slices = registry.list('EndpointSlice', namespace).filter(({ metadata }) => metadata.labels?.[serviceLabel] === name);
    const routes = service ? routesOf(service, slices, { nodeIP, loadBalancerIP: balancerIP(service) }) : [];
    const there = listeners.get(key) ?? new Map<string, ServiceListener>();
    listeners.set(key, there);
    const wanted = new Set(routes.map(({ address, port }) => `${address}:${port}`));
    for (const [place, listener] of there) {
      if (wanted.has(place)) continue;
      there.delete(place);
      end(listener);
    }
    for (const route of routes) {
      const place = `${route.address}:${route.port}`;
      const complain = onError(service as Kinds['Service']);
      const isInCluster = route.address === service?.spec?.clusterIP;
      const listener = there.get(place) ?? ((isInCluster && clusterListener?.(route, complain)) || new Listener(route, complain, dial));
      there.set(place, listener);
      if (listener.update(route)) changed = true;
    }
    if (there.size === 0) listeners.delete(key);
    return changed;
  };

  const requestSync = (namespace: string, name: string): void => {
    const key = `${namespace}/${name}`;
    if (!registry.find('Service', namespace, name)) return void sync(namespace, name);
    const pace = paces.get(key) ?? new SyncPace(() => sync(namespace, name));
    paces.set(key, pace);
    pace.request();
  };

  /** Says where the load balancer is, as a cloud's controller does. */
  const publish = (service: Kinds['Service']): void => {
    const ip = balancerIP(service);
    const now = service.status?.loadBalancer?.ingress?.[0]?.ip;
    if (ip === now) return;
    const ingress = ip ? [{ ip, ipMode: 'Proxy' }] : undefined;
    registry.updateStatus('Service', { ...service, status: { ...service.status, loadBalancer: ingress ? { ingress } : {} } });
  };

  const stopServices = registry.watch('Service', ({ type, object }) => {
    if (type !== 'DELETED') publish(registry.find('Service', object.metadata.namespace ?? '', object.metadata.name) ?? object);
    requestSync(object.metadata.namespace ?? '', object.metadata.name);
  });
  const stopSlices = registry.watch('EndpointSlice', ({ object }) => {
    const name = object.metadata.labels?.[serviceLabel];
    if (name) requestSync(object.metadata.namespace ?? '', name);
  });
  return {
    stop: async () => {
      stopServices();
      stopSlices();
      for (const pace of paces.values()) pace.stop();
      for (const there of listeners.values()) for (const listener of there.values()) end(listener);
      listeners.clear();
      await Promise.all(ending);
    },
  };
}
