import { badRequest, serviceUnavailable } from '../errors.ts';
import type { ObjectRegistry } from '../object-registry.ts';
import type { ApiRequest } from '../requests/request.ts';

/** Where /proxy goes: a Pod's port, and how it is named in the request's Host. */
export interface Target {
  pod: string;
  port: number;
  host: string;
}

/** `[http:]NAME[:PORT]`, as the path has it. Throws 400 for https: nothing in this cluster has certificates. */
function partsOf(name: string): { object: string; wanted: string } {
  const [, scheme, object, wanted = ''] = /^(?:(https?):)?([^:]+)(?::([^:]*))?$/.exec(name) ?? [];
  if (!object) throw badRequest(`invalid request ${JSON.stringify(name)}: not of the form NAME, NAME:PORT or http:NAME:PORT`);
  if (scheme === 'https') throw badRequest(`https to ${object} is not served by this cluster; use ${object}:${wanted}`);
  return { object, wanted };
}

/** The port that `pods/NAME:PORT/proxy` or `services/NAME:PORT/proxy` means, by number or name; without one the first. Throws 400, 404, 503. */
export function proxyTarget(registry: ObjectRegistry, { resource, namespace, name }: ApiRequest): Target {
  const { object, wanted } = partsOf(name);
  return resource.kind === 'Pod' ? podTarget(registry, namespace, object, wanted) : serviceTarget(registry, namespace, object, wanted);
}

function podTarget(registry: ObjectRegistry, namespace: string, name: string, wanted: string): Target {
  const pod = registry.get('Pod', namespace, name);
  const ports = (pod.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  const named = ports.find((each) => !wanted || each.name === wanted)?.containerPort;
  const port = /^\d+$/.test(wanted) ? Number(wanted) : (named ?? (wanted ? undefined : 80));
  if (port === undefined || port < 1 || port > 65535) throw badRequest(`pod ${name} has no port ${wanted}`);
  return { pod: name, port, host: `${pod.status?.podIP ?? name}:${port}` };
}

/** Any ready endpoint, as kube-apiserver chooses: pkg/registry/core/service/storage ResourceLocation. */
function serviceTarget(registry: ObjectRegistry, namespace: string, name: string, wanted: string): Target {
  const service = registry.get('Service', namespace, name);
  const port = service.spec?.ports?.find((each) => !wanted || each.name === wanted || String(each.port) === wanted);
  if (!port) throw serviceUnavailable(`no service port ${JSON.stringify(wanted)} found for service "${name}"`);
  const ready = registry
    .list('EndpointSlice', namespace)
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === name)
    .flatMap((slice) => {
      const number = slice.ports?.find((each) => (each.name ?? '') === (port.name ?? ''))?.port;
      return slice.endpoints.flatMap(({ conditions, targetRef, addresses }) => {
        const isReady = conditions?.ready !== false && targetRef?.kind === 'Pod' && targetRef.name && number !== undefined;
        return isReady ? [{ pod: String(targetRef.name), port: number, host: `${addresses[0]}:${number}` }] : [];
      });
    });
  const chosen = ready[Math.floor(Math.random() * ready.length)];
  if (!chosen) throw serviceUnavailable(`no endpoints available for service "${name}"`);
  return chosen;
}
