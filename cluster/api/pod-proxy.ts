import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { NodeApi } from '../kubelet/node-api.ts';
import { badRequest, notFound, serviceUnavailable } from './errors.ts';
import type { ObjectRegistry } from './object-registry.ts';
import type { ApiRequest } from './request.ts';

/** Which Pod and port `pods/NAME:PORT/proxy` or `services/NAME:PORT/proxy` names; ports by number or name, a Pod's first one by default. */
function target(registry: ObjectRegistry, { resource, namespace, name }: ApiRequest): { pod: string; port: number } {
  const [, , object = name, wanted = ''] = /^(https?:)?([^:]+):?([^:]*)$/.exec(name) ?? [];
  if (resource.kind === 'Pod') {
    const pod = registry.get('Pod', namespace, object);
    const ports = (pod.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
    const port = /^\d+$/.test(wanted) ? Number(wanted) : ports.find((one) => !wanted || one.name === wanted)?.containerPort;
    return { pod: object, port: port ?? (wanted ? Number.NaN : 80) };
  }
  const service = registry.get('Service', namespace, object);
  const port = service.spec?.ports?.find((one) => !wanted || one.name === wanted || String(one.port) === wanted);
  if (!port) throw serviceUnavailable(`no service port ${JSON.stringify(wanted)} found for service "${object}"`);
  const ready = registry
    .list('EndpointSlice', namespace)
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === object)
    .flatMap((slice) => {
      const number = slice.ports?.find((one) => (one.name ?? '') === (port.name ?? ''))?.port;
      return slice.endpoints
        .filter(({ conditions }) => conditions?.ready)
        .map((endpoint) => ({ pod: endpoint.targetRef?.name ?? '', port: number ?? port.port }));
    });
  const chosen = ready[Math.floor(Math.random() * ready.length)];
  if (!chosen) throw serviceUnavailable(`no endpoints available for service "${object}"`);
  return chosen;
}

const hopByHop = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host', 'authorization', 'te', 'trailer'];

/** Passes a request on to a port of a Pod: how experiments reach the chaos port, on every platform. */
export async function proxy(
  registry: ObjectRegistry,
  node: NodeApi | undefined,
  request: ApiRequest,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pod, port } = target(registry, request);
  if (!Number.isInteger(port)) throw badRequest(`no port of that name in ${JSON.stringify(request.name)}`);
  if (!node) throw serviceUnavailable('the node is not ready');
  if (!registry.find('Pod', request.namespace, pod)) throw notFound(registry.resource('Pod'), pod);
  const socket = await node.connect(request.namespace, pod, port).catch((cause: Error) => {
    throw serviceUnavailable(`error trying to reach service: ${cause.message}`);
  });
  const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !hopByHop.includes(name)));
  const query = request.query.size > 0 ? `?${request.query}` : '';
  const outgoing = httpRequest({
    createConnection: () => socket as Socket,
    method: incoming.method,
    path: `${request.rest || '/'}${query}`,
    headers: { ...headers, host: `${pod}:${port}`, connection: 'close', 'content-length': request.body.length },
  });
  outgoing.on('response', (answer) => {
    const passed = Object.entries(answer.headers).filter(([name]) => !hopByHop.includes(name));
    response.writeHead(answer.statusCode ?? 502, Object.fromEntries(passed));
    answer.pipe(response);
  });
  outgoing.on('error', (error) => {
    if (response.headersSent) return void response.destroy();
    const status = serviceUnavailable(`error trying to reach service: ${error.message}`);
    response.writeHead(status.code, { 'content-type': 'application/json' }).end(JSON.stringify(status.toStatus()));
  });
  response.on('close', () => socket.destroy());
  outgoing.end(request.body);
}
