import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { parseAllDocuments } from 'yaml';
import type { Kinds } from '../api/registry.ts';
import { isReady, status, TestNode } from './test-node.ts';

const node = new TestNode('127.205');
beforeAll(() => node.start());
afterAll(() => node.stop());

type Manifest = { kind: string; metadata: { name: string }; spec: { template: { spec: NonNullable<Kinds['Pod']['spec']> } } };
const manifests = (file: string) =>
  parseAllDocuments(readFileSync(join('manifests/base', file), 'utf8')).map((document) => document.toJS() as Manifest);

function runSet(file: string): void {
  for (const object of manifests(file))
    if (object.kind === 'ConfigMap') node.registry.create('ConfigMap', object as unknown as Kinds['ConfigMap']);
    else if (object.kind === 'StatefulSet') {
      node.registry.create('Pod', { metadata: { name: object.metadata.name }, spec: object.spec.template.spec });
      node.registry.bind('default', object.metadata.name, 'shoplab');
    }
}

test('Node programs that know nothing of the lab listen on the same port, each at its Pod’s address', async () => {
  const readinessProbe = { httpGet: { port: 8080 }, periodSeconds: 1 };
  for (const name of ['one', 'two']) node.run(name, { image: 'test/plain:1', readinessProbe });
  for (const name of ['one', 'two']) {
    await node.until(name, isReady);
    expect(await node.get(name, '/')).toBe(name);
  }
});

test('PostgreSQL and Kafka of the manifests become ready, serve, and end with all their processes', async () => {
  node.registry.create('Secret', {
    metadata: { name: 'shop-database', namespace: 'default' },
    data: { POSTGRES_PASSWORD: Buffer.from('shoplab').toString('base64') },
  });
  runSet('postgres.yaml');
  runSet('kafka.yaml');
  const postgres = await node.until('postgres', isReady);
  expect(status(postgres)).toMatchObject({ started: true, restartCount: 0 });
  const client = new pg.Client({ host: postgres.status?.podIP, port: 5432, user: 'order', password: 'order', database: 'order' });
  await client.connect();
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await client.end();
  expect(status(await node.until('kafka', isReady))).toMatchObject({ started: true, restartCount: 0 });

  const usage = await new Promise((resolve) => {
    const timer = setInterval(() => {
      const read = node.kubelet.nodeApi.usage('default', 'postgres');
      if (!read) return;
      clearInterval(timer);
      resolve(read);
    }, 100);
  });
  expect(usage).toMatchObject({ windowMs: expect.any(Number), containers: [{ name: 'postgres', memoryBytes: expect.any(Number) }] });
  const connection = await node.kubelet.nodeApi.connect('default', 'postgres', 5432);
  connection.destroy();
  await expect(node.kubelet.nodeApi.connect('default', 'postgres', 5433)).rejects.toThrow('ECONNREFUSED');

  const ended = node.until('postgres', (pod) => pod.status?.phase === 'Succeeded');
  node.delete('postgres');
  expect(status(await ended)?.state?.terminated).toMatchObject({ exitCode: 0 });
  await node.kubelet.stop();
  expect(readdirSync(join(node.dataDir, 'processes'))).toEqual([]);
  expect(node.lines).toEqual([]);
}, 120_000);
