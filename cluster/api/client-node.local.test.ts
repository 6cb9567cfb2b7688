import { PassThrough, Writable } from 'node:stream';
import type * as ClientNode from '@kubernetes/client-node';
import type { KubeConfig } from '@kubernetes/client-node';
import { TestServer, until } from './test-server.ts';

// What experiments speak: @kubernetes/client-node 1.4.0 by a kubeconfig.
let lab: TestServer;
let k8s: typeof ClientNode;
let config: KubeConfig;
beforeAll(async () => {
  k8s = await import('@kubernetes/client-node');
  lab = await TestServer.start();
  config = new k8s.KubeConfig();
  config.loadFromString(lab.server.kubeconfig());
});
afterAll(() => lab.stop());

test('typed calls: list, read, create, replace, patch, scale, delete, and how they fail', async () => {
  const namespace = lab.namespace('typed');
  const core = config.makeApiClient(k8s.CoreV1Api);
  const apps = config.makeApiClient(k8s.AppsV1Api);
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'web:1' }] } };
  const body = { metadata: { name: 'web' }, spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template } };
  const created = await apps.createNamespacedDeployment({ namespace, body });
  expect(created.metadata?.creationTimestamp).toBeInstanceOf(Date);
  await apps.replaceNamespacedDeployment({ name: 'web', namespace, body: { ...created, spec: { ...body.spec, replicas: 2 } } });
  await apps.patchNamespacedDeployment(
    { name: 'web', namespace, body: { spec: { template: { spec: { containers: [{ name: 'app', image: 'web:2' }] } } } } },
    k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.StrategicMergePatch),
  );
  await apps.patchNamespacedDeployment({ name: 'web', namespace, body: [{ op: 'add', path: '/metadata/annotations', value: { a: 'b' } }] });
  const scale = await apps.readNamespacedDeploymentScale({ name: 'web', namespace });
  expect(scale).toMatchObject({ spec: { replicas: 2 }, status: { selector: 'app=web' } });
  await apps.replaceNamespacedDeploymentScale({ name: 'web', namespace, body: { ...scale, spec: { replicas: 4 } } });
  const read = await apps.readNamespacedDeployment({ name: 'web', namespace });
  expect(read.metadata?.annotations).toEqual({ a: 'b' });
  expect(read.spec).toMatchObject({ replicas: 4, template: { spec: { containers: [{ image: 'web:2' }] } } });
  const conflict = apps.replaceNamespacedDeployment({ name: 'web', namespace, body: created });
  await expect(conflict).rejects.toMatchObject({ code: 409, body: expect.stringContaining('"reason":"Conflict"') });
  await expect(apps.readNamespacedDeployment({ name: 'nope', namespace })).rejects.toMatchObject({ code: 404 });
  lab.pod('a', namespace);
  lab.pod('b', namespace);
  expect((await core.listNamespacedPod({ namespace, labelSelector: 'app=a' })).items.map(({ metadata }) => metadata?.name)).toEqual(['a']);
  const first = await core.listNamespacedPod({ namespace, limit: 1 });
  expect(first.metadata?.remainingItemCount).toBe(1);
  const rest = await core.listNamespacedPod({ namespace, limit: 1, _continue: first.metadata?._continue });
  expect([...first.items, ...rest.items].map(({ metadata }) => metadata?.name)).toEqual(['a', 'b']);
  expect((await core.deleteNamespacedPod({ name: 'a', namespace, gracePeriodSeconds: 0 })).metadata?.name).toBe('a');
  await core.deleteCollectionNamespacedPod({ namespace, gracePeriodSeconds: 0 });
  expect(lab.registry.list('Pod', namespace)).toEqual([]);
  expect(await apps.deleteNamespacedDeployment({ name: 'web', namespace })).toMatchObject({ status: 'Success' });
});

test('the object API applies and reads any kind', async () => {
  const namespace = lab.namespace('objects');
  const client = k8s.KubernetesObjectApi.makeApiClient(config);
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace }, data: { a: '1' } };
  await client.create(object);
  await client.patch(
    { ...object, data: { b: '2' } } as ClientNode.KubernetesObject,
    undefined,
    undefined,
    'shoplab',
    true,
    k8s.PatchStrategy.ServerSideApply,
  );
  expect(await client.read<ClientNode.V1ConfigMap>(object)).toMatchObject({ data: { a: '1', b: '2' } });
  await client.delete(object);
});

test('Watch tells changes from a version on, an informer keeps up, both leave no watch behind', async () => {
  const namespace = lab.namespace('watch');
  const core = config.makeApiClient(k8s.CoreV1Api);
  const watchers = lab.registry.store.watching;
  lab.pod('before', namespace);
  const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/pods`, () => core.listNamespacedPod({ namespace }));
  const heard: string[] = [];
  for (const verb of ['add', 'update', 'delete'] as const) informer.on(verb, (pod) => heard.push(`${verb} ${pod.metadata?.name}`));
  await informer.start();
  const { metadata } = await core.listNamespacedPod({ namespace });
  const told: string[] = [];
  const request = await new k8s.Watch(config).watch(
    `/api/v1/namespaces/${namespace}/pods`,
    { resourceVersion: metadata?.resourceVersion, labelSelector: 'app=web' },
    (type, object) => told.push(`${type} ${object.metadata.name}`),
    () => undefined,
  );
  await until('two watches', () => lab.registry.store.watching === watchers + 2);
  lab.pod('web', namespace);
  lab.registry.delete('Pod', namespace, 'web', { gracePeriodSeconds: 0 });
  await until('the deletion', () => heard.includes('delete web') && told.includes('DELETED web'));
  expect(heard).toEqual(['add before', 'add web', 'update web', 'delete web']);
  expect(told).toEqual(['ADDED web', 'MODIFIED web', 'DELETED web']);
  request.abort();
  await informer.stop();
  await until('the end of both', () => lab.registry.store.watching === watchers);
});

test('Log, Exec and Metrics', async () => {
  const namespace = lab.namespace('streams');
  lab.pod('web', namespace);
  const text = (): { stream: Writable; read: () => string } => {
    let all = '';
    const write = (chunk: Buffer, _encoding: string, done: () => void) => {
      all += chunk;
      done();
    };
    return { stream: new Writable({ write }), read: () => all };
  };
  const log = text();
  const following = await new k8s.Log(config).log(namespace, 'web', 'app', log.stream, { follow: true, tailLines: 2 });
  await until('two lines', () => log.read() === 'two\nthree\n');
  following.abort();
  const [out, err] = [text(), text()];
  const stdin = new PassThrough();
  const status = new Promise<ClientNode.V1Status>((done, fail) => {
    new k8s.Exec(config).exec(namespace, 'web', 'app', ['false'], out.stream, err.stream, stdin, false, done).catch(fail);
    stdin.end('in ');
  });
  expect(await status).toMatchObject({ status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ message: '3' }] } });
  expect([out.read(), err.read()]).toEqual(['in out false\n', 'err\n']);
  const { items } = await new k8s.Metrics(config).getPodMetrics(namespace);
  expect(items).toMatchObject([
    { metadata: { name: 'web' }, window: '10s', containers: [{ name: 'app', usage: { cpu: '12000000n', memory: '20480Ki' } }] },
  ]);
});
