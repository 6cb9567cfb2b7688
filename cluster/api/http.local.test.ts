import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { parse } from 'yaml';
import { startApiServer } from './api-server.ts';
import { TestServer, until } from './test-server.ts';

// What clients see below kubectl: codes, headers, streams.
let lab: TestServer;
let ca: Buffer;
let token: string;
beforeAll(async () => {
  lab = await TestServer.start();
  const config = parse(lab.server.kubeconfig());
  ca = Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64');
  token = config.users[0].user.token;
});
afterAll(() => lab.stop());

interface Answer {
  code: number;
  headers: IncomingMessage['headers'];
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: JSON of a test, read by what it expects
  json: any;
}
async function open(path: string, { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: object; body?: string } = {}) {
  const sent = httpsRequest(`${lab.server.url}${path}`, {
    ca,
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-length': Buffer.byteLength(body) }), ...headers },
    agent: false,
  });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}
async function ask(path: string, options: Parameters<typeof open>[1] = {}): Promise<Answer> {
  const response = await open(path, options);
  let text = '';
  for await (const chunk of response) text += chunk;
  const isJson = /json/.test(response.headers['content-type'] ?? '') && text && !path.includes('watch=');
  const json = isJson ? JSON.parse(text) : undefined;
  return { code: response.statusCode ?? 0, headers: response.headers, text, json };
}
const post = (path: string, object: object, method = 'POST', type = 'application/json'): Promise<Answer> =>
  ask(path, { method, headers: { 'content-type': type }, body: JSON.stringify(object) });
/** The events of a watch that has ended. */
const events = async (path: string): Promise<{ type: string; object: { metadata: { name?: string; resourceVersion: string } } }[]> =>
  (await ask(path)).text
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

test('a wrong token is 401, health needs none, an unknown path is 404 in words', async () => {
  const wrong = await ask('/api/v1/pods', { headers: { authorization: 'Bearer wrong' } });
  expect(wrong).toMatchObject({ code: 401, json: { kind: 'Status', reason: 'Unauthorized', message: 'Unauthorized' } });
  expect(await ask('/readyz', { headers: { authorization: '' } })).toMatchObject({ code: 200, text: 'ok' });
  expect(await ask('/nowhere/at/all')).toMatchObject({ code: 404, text: '404 page not found\n' });
  expect(await ask('/api/v1/pods/x')).toMatchObject({ code: 404 });
  expect(await post('/api/v1/pods', { metadata: { name: 'a' } })).toMatchObject({ code: 405 });
  expect(await ask('/api/v1/pods', { method: 'PUT' })).toMatchObject({ code: 405, json: { reason: 'MethodNotAllowed' } });
});

test('discovery in both forms, each with an ETag that is answered with 304', async () => {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
  const aggregated = await ask('/apis', { headers: { accept } });
  expect(aggregated.headers).toMatchObject({
    'content-type': 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    vary: 'Accept',
  });
  const autoscaling = aggregated.json.items.find(({ metadata }: { metadata: { name: string } }) => metadata.name === 'autoscaling');
  expect(autoscaling.versions.map(({ version }: { version: string }) => version)).toEqual(['v2', 'v1']);
  const again = await ask('/apis', { headers: { accept, 'if-none-match': aggregated.headers.etag } });
  expect([again.code, again.text]).toEqual([304, '']);
  const old = await ask('/apis', {
    headers: { accept: 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json' },
  });
  expect(old.json.kind).toBe('APIGroupList');
  const core = await ask('/api/v1');
  expect(core.json.resources).toContainEqual(
    expect.objectContaining({ name: 'pods/eviction', group: 'policy', version: 'v1', kind: 'Eviction' }),
  );
  expect((await ask('/apis/apps')).json).toMatchObject({ kind: 'APIGroup', preferredVersion: { groupVersion: 'apps/v1' } });
  const index = await ask('/openapi/v3');
  const { serverRelativeURL } = index.json.paths['apis/apps/v1'];
  expect((await ask('/openapi/v2')).json).toEqual({ swagger: '2.0', info: { title: 'shoplab', version: '1' }, paths: {} });
  expect((await ask(serverRelativeURL)).json.paths).toHaveProperty(['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']);
});

test('dryRun writes nothing, of any verb', async () => {
  const namespace = lab.namespace('dry');
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const object = { metadata: { name: 'c' }, data: { a: '1' } };
  expect(await post(`${path}?dryRun=All`, object)).toMatchObject({ code: 201, json: { metadata: { uid: expect.any(String) } } });
  expect(lab.registry.find('ConfigMap', namespace, 'c')).toBeUndefined();
  await post(path, object);
  const { revision } = lab.registry.store;
  expect((await post(`${path}/c?dryRun=All`, { ...object, data: { a: '2' } }, 'PUT')).json.data).toEqual({ a: '2' });
  expect((await post(`${path}/c?dryRun=All`, { data: { a: '3' } }, 'PATCH', 'application/merge-patch+json')).json.data).toEqual({ a: '3' });
  expect((await ask(`${path}/c?dryRun=All`, { method: 'DELETE' })).code).toBe(200);
  expect((await post(path, { dryRun: ['All'] }, 'DELETE')).code).toBe(200);
  expect(lab.registry.store.revision).toBe(revision);
  expect((await ask(`${path}/c?dryRun=Some`, { method: 'DELETE' })).code).toBe(400);
});

test('a body that is too large, broken, of another kind, name or namespace is refused', async () => {
  const path = `/api/v1/namespaces/${lab.namespace('bodies')}/configmaps`;
  expect(await post(path, { metadata: { name: 'c' }, data: { a: 'x'.repeat(3_200_000) } })).toMatchObject({ code: 413 });
  expect(await ask(path, { method: 'POST', body: '{' })).toMatchObject({ code: 400, json: { reason: 'BadRequest' } });
  expect(await ask(path, { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } })).toMatchObject({ code: 415 });
  expect(await post(path, { kind: 'Secret', apiVersion: 'v1', metadata: { name: 'c' } })).toMatchObject({ code: 400 });
  expect(await post(path, { metadata: { name: 'c', namespace: 'other' } })).toMatchObject({
    code: 400,
    json: { message: 'the namespace of the provided object does not match the namespace sent on the request' },
  });
  expect((await post(`${path}/c`, { metadata: { name: 'd' } }, 'PUT')).json.message).toBe(
    'the name of the object (d) does not match the name on the URL (c)',
  );
  expect(await post(path, {})).toMatchObject({ code: 422, json: { message: expect.stringContaining('name or generateName is required') } });
  expect((await post(path, { metadata: { generateName: 'c-' } })).json.metadata.name).toMatch(/^c-[a-z0-9]{5}$/);
});

test('lists go on where they stopped, also when something changed meanwhile', async () => {
  const namespace = lab.namespace('pages');
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const names = (answer: Answer): string[] => answer.json.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
  for (const name of ['a', 'b', 'c']) await post(path, { metadata: { name } });
  const first = await ask(`${path}?limit=1`);
  const { continue: token, remainingItemCount, resourceVersion } = first.json.metadata;
  expect([names(first), remainingItemCount]).toEqual([['a'], 2]);
  const second = await ask(`${path}?limit=1&continue=${token}`);
  expect(names(second)).toEqual(['b']);
  lab.registry.delete('ConfigMap', namespace, 'a');
  const rest = await ask(`${path}?limit=5&continue=${token}`);
  expect(names(rest)).toEqual(['b', 'c']);
  expect(rest.json.metadata).toEqual({ resourceVersion });
  expect(await ask(`${path}?continue=nonsense`)).toMatchObject({ code: 400 });
  const old = Buffer.from(JSON.stringify({ after: 'pages/a', version: 0 })).toString('base64url');
  expect(await ask(`${path}?continue=${old}`)).toMatchObject({ code: 410, json: { reason: 'Expired' } });
  expect(await ask(`${path}?resourceVersion=abc`)).toMatchObject({ code: 400 });
  expect(await ask(`${path}?resourceVersion=99999999`)).toMatchObject({
    code: 504,
    json: { message: expect.stringContaining('Too large resource version') },
  });
});

test('watches: initial events, bookmarks, selectors, timeoutSeconds, a version that is too old', async () => {
  const namespace = lab.namespace('watches');
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const create = (name: string, labels = {}) => lab.registry.create('ConfigMap', { metadata: { name, namespace, labels } });
  const first = create('a', { app: 'x' });
  const from = first.metadata.resourceVersion;
  lab.registry.update('ConfigMap', { ...first, metadata: { ...first.metadata, labels: {} } });
  create('b', { app: 'x' });
  const late = create('c');
  lab.registry.update('ConfigMap', { ...late, metadata: { ...late.metadata, labels: { app: 'x' } } });
  const types = async (query: string) =>
    (await events(`${path}?watch=1&timeoutSeconds=1&${query}`)).map(({ type, object }) => `${type} ${object.metadata.name}`);
  const [all, selected, later, listed] = await Promise.all([
    types(''),
    types(`resourceVersion=${from}&labelSelector=app=x`),
    types(`resourceVersion=${lab.registry.store.revision}`),
    events(`${path}?watch=true&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`),
  ]);
  expect(all).toEqual(['ADDED a', 'ADDED b', 'ADDED c']);
  expect(selected).toEqual(['DELETED a', 'ADDED b', 'ADDED c']);
  expect(later).toEqual([]);
  expect(listed.at(-1)).toMatchObject({ type: 'BOOKMARK', object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } });
  for (let n = 0; n < 4100; n += 1)
    lab.registry.update('ConfigMap', { ...lab.registry.get('ConfigMap', namespace, 'b'), data: { n: String(n) } });
  expect(await events(`${path}?watch=1&resourceVersion=${from}`)).toMatchObject([
    {
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired', message: expect.stringContaining('too old resource version') },
    },
  ]);
});

test('the proxy passes any method, path, body and code on, and no token', async () => {
  const namespace = lab.namespace('proxy');
  lab.pod('web', namespace);
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const body = 'x'.repeat(10);
  expect(await ask(`${pods}/web:8080/proxy/a%20b/?c=d&e`, { method: 'PATCH', body })).toMatchObject({
    code: 200,
    headers: { 'x-app': 'yes' },
    text: `PATCH /a%20b/?c=d&e ${body} no token`,
  });
  expect((await ask(`${pods}/web:http/proxy/`)).text).toBe('GET /  no token');
  expect((await ask(`${pods}/web/proxy`)).text).toBe('GET /  no token');
  expect((await ask(`${pods}/http:web:8080/proxy/teapot`, { method: 'DELETE' })).code).toBe(418);
  expect(await ask(`${pods}/nope:8080/proxy/`)).toMatchObject({ code: 404, json: { message: 'pods "nope" not found' } });
  expect(await ask(`${pods}/web:1/proxy/`)).toMatchObject({
    code: 503,
    json: { reason: 'ServiceUnavailable', message: expect.stringMatching(/^error trying to reach service: .*ECONNREFUSED/) },
  });
  const services = `/api/v1/namespaces/${namespace}/services`;
  lab.registry.create('Service', {
    metadata: { name: 'web', namespace },
    spec: { ports: [{ name: 'http', port: 80 }], selector: { app: 'web' } },
  });
  expect(await ask(`${services}/web:80/proxy/`)).toMatchObject({
    code: 503,
    json: { message: 'no endpoints available for service "web"' },
  });
  lab.registry.create('EndpointSlice', {
    metadata: { name: 'web-abcde', namespace, labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['127.77.1.1'], conditions: { ready: true }, targetRef: { kind: 'Pod', name: 'web', namespace } }],
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  });
  for (const port of [':80', ':http', '']) expect((await ask(`${services}/web${port}/proxy/x`)).text).toBe('GET /x  no token');
});

test('eviction, binding and finalize', async () => {
  const namespace = lab.namespace('actions');
  lab.registry.create('Pod', { metadata: { name: 'web', namespace }, spec: { containers: [{ name: 'a', image: 'i' }] } });
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  expect(await post(`${pods}/web/binding`, { target: { kind: 'Node', name: 'node' } })).toMatchObject({
    code: 201,
    json: { status: 'Success' },
  });
  expect(lab.registry.get('Pod', namespace, 'web').spec?.nodeName).toBe('node');
  expect(await post(`${pods}/web/binding`, { target: { kind: 'Node', name: 'node' } })).toMatchObject({ code: 409 });
  expect(await post(`${pods}/web/eviction`, { deleteOptions: { gracePeriodSeconds: 7 } })).toMatchObject({
    code: 201,
    json: { status: 'Success' },
  });
  expect(lab.registry.get('Pod', namespace, 'web').metadata.deletionGracePeriodSeconds).toBe(7);
  expect(await ask(`${pods}/web/nope`)).toMatchObject({ code: 404, json: { message: 'the server could not find the requested resource' } });
  lab.registry.delete('Pod', namespace, 'web', { gracePeriodSeconds: 0 });
  const path = `/api/v1/namespaces/${namespace}`;
  expect((await ask(path, { method: 'DELETE' })).json.status.phase).toBe('Terminating');
  await post(`${path}/finalize`, { metadata: { name: namespace }, spec: { finalizers: [] } }, 'PUT');
  expect((await ask(path)).code).toBe(404);
});

test('a port that is taken is said so', async () => {
  const { registry } = lab;
  const second = startApiServer({ registry, node: () => undefined, checkFields: () => ({ unknown: [] }), port: lab.server.port });
  await expect(second).rejects.toThrow(`the API server cannot listen on 127.0.0.1:${lab.server.port}: listen EADDRINUSE`);
});

test('stop ends watches and logs at once, and is the same when called again', async () => {
  const { registry, node } = lab;
  lab.pod('stopped', lab.namespace('stop'));
  const own = await startApiServer({ registry, node: () => node, checkFields: () => ({ unknown: [] }) });
  const config = parse(own.kubeconfig('stop'));
  expect(config.contexts[0].context.namespace).toBe('stop');
  const options = {
    ca: Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64'),
    headers: { authorization: `Bearer ${config.users[0].user.token}` },
    agent: false as const,
  };
  const watchers = registry.store.watching;
  const open = async (path: string): Promise<IncomingMessage> => {
    const [response] = await once(httpsRequest(`${own.url}${path}`, options).end(), 'response');
    return response.resume();
  };
  const responses = [await open('/api/v1/pods?watch=1'), await open('/api/v1/namespaces/stop/pods/stopped/log?follow=true')];
  const ends = responses.map((response) => once(response, 'end'));
  await until('a watch', () => registry.store.watching > watchers);
  const started = Date.now();
  await Promise.all([own.stop(), own.stop()]);
  await Promise.all(ends);
  expect(Date.now() - started).toBeLessThan(5000);
  expect(registry.store.watching).toBe(watchers);
});
