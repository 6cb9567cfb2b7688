import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { ensureMetricsServer } from './metrics-server.ts';

/** As much of an API server as takes objects, says where they are there already, and serves metrics once all of them are. */
const asked: string[] = [];
const there = new Set<string>();
const wanted = 8;
const apiService = '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io';
const kinds = 'ServiceAccount ClusterRole ClusterRoleBinding RoleBinding Service Deployment APIService'.split(' ');
const resources = kinds.map((kind) => ({ kind, name: `${kind.toLowerCase()}s`, namespaced: !/^(Cluster|API)/.test(kind) }));
let server: Server;
let config: KubeConfig;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    let body = '';
    for await (const chunk of request) body += chunk;
    const path = new URL(url, 'http://server').pathname;
    asked.push(`${method} ${path}`);
    const answer = (code: number, object: object): void =>
      void response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(object));
    if (method === 'POST') {
      const made = `${path}/${JSON.parse(body).metadata.name}`;
      if (there.has(made)) return answer(409, { kind: 'Status', reason: 'AlreadyExists', code: 409 });
      there.add(made);
      return answer(201, JSON.parse(body));
    }
    if (path !== apiService) return answer(200, { kind: 'APIResourceList', resources });
    if (!there.has(apiService)) return answer(404, { kind: 'Status', reason: 'NotFound', code: 404 });
    const status = { conditions: [{ type: 'Available', status: there.size === wanted ? 'True' : 'False' }] };
    answer(200, { kind: 'APIService', apiVersion: 'apiregistration.k8s.io/v1', metadata: { name: 'v1beta1.metrics.k8s.io' }, status });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'it', server: `http://127.0.0.1:${port}`, skipTLSVerify: true }],
    users: [{ name: 'it' }],
    contexts: [{ name: 'it', cluster: 'it', user: 'it' }],
    currentContext: 'it',
  });
});
afterAll(() => void server.close());
beforeEach(() => void asked.splice(0));
const ensure = () => ensureMetricsServer(config, { comes: false, say: () => undefined });

test('it is installed where nothing serves metrics', async () => {
  await ensure();
  expect(there.size).toBe(wanted);
  expect(there).toContain(apiService);
});

test('where it is there nothing is done', async () => {
  await ensure();
  expect(asked).toEqual([`GET ${apiService}`]);
});

test('an installation that was interrupted is completed', async () => {
  const all = [...there];
  for (const late of all.slice(-3)) there.delete(late);
  await ensure();
  expect([...there]).toEqual(all);
});
