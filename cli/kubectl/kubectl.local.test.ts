import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cluster } from '../../cluster/platform.ts';
import { local } from '../../cluster/platforms/local/local.ts';

const bin = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kubectl-test-'));
let cluster: Cluster;
beforeAll(async () => {
  process.env.XDG_STATE_HOME = join(folder, 'xdg');
  const answer = `require('node:http').createServer((_, response) => response.end(JSON.stringify({ v: process.env.V }))).listen(8080)`;
  writeFileSync(join(folder, 'app.cjs'), answer);
  writeFileSync(
    join(folder, 'images.yaml'),
    'test/app:1: { command: [node, app.cjs], env: { V: "1" } }\ntest/app:2: { command: [node, app.cjs], env: { V: "2" } }\n',
  );
  cluster = await local.up({ name: 'kubectl-test', life: 'owner', imagesFile: join(folder, 'images.yaml') });
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function kubectl(line: string, input = ''): Promise<{ code: number; out: string; err: string }> {
  const { FORCE_COLOR: _, NODE_OPTIONS: __, ...env } = process.env;
  const child = spawn(process.execPath, [bin, 'kubectl', ...line.split(' ')], { env: { ...env, KUBECONFIG: cluster.kubeconfig } });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.err += text;
  });
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, ...said };
}

const labels = { app: 'web' };
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'web', image: 'test/app:1', readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } }],
      },
    },
  },
};
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
};
const answered = 'get --raw /api/v1/namespaces/default/services/web:80/proxy/';

test('the calls of a pipeline, in their order, as kubectl answers them', async () => {
  expect(await kubectl('create -f -', JSON.stringify(deployment))).toEqual({ code: 0, out: 'deployment.apps/web created\n', err: '' });
  expect((await kubectl('create -f -', JSON.stringify(deployment))).err).toMatch(/^Error from server \(AlreadyExists\)/);
  expect((await kubectl('create -f -', JSON.stringify(service))).out).toBe('service/web created\n');
  const first = await kubectl('rollout status deployment/web --timeout=60s');
  expect(first.out).toMatch(/deployment "web" successfully rolled out\n$/);
  expect(JSON.parse((await kubectl(answered)).out)).toEqual({ v: '1' });
  expect((await kubectl('set image deployment/web wbe=test/app:2')).err).toBe('error: unable to find container named "wbe"\n');
  expect((await kubectl('set image deployment/web web=test/app:2')).out).toBe('deployment.apps/web image updated\n');
  expect((await kubectl('rollout status deployment/web --timeout=60s')).code).toBe(0);
  expect(JSON.parse((await kubectl(answered)).out)).toEqual({ v: '2' });
  expect((await kubectl('set image deployment/web web=test/none:1')).code).toBe(0);
  expect(await kubectl('rollout status deployment/web --timeout=1s')).toMatchObject({
    code: 1,
    err: 'error: timed out waiting for the condition\n',
  });
  expect((await kubectl('rollout undo deployment/web')).out).toBe('deployment.apps/web rolled back\n');
  expect((await kubectl('rollout status deployment/web --timeout=60s')).code).toBe(0);
  const now = JSON.parse((await kubectl('get deployment/web -o json')).out);
  expect(now.spec.template.spec.containers[0].image).toBe('test/app:2');
  expect((await kubectl('delete deployment web --wait=false')).out).toContain('"web" deleted');
  expect(await kubectl('delete pod none --ignore-not-found --wait=false')).toEqual({ code: 0, out: '', err: '' });
  expect((await kubectl('delete pod none --wait=false')).err).toMatch(/^Error from server \(NotFound\)/);
});

test('what does not answer in time is said in kubectl’s words', async () => {
  const { code, out, err } = await kubectl('get --raw /api/v1/pods?watch=true --request-timeout=200ms');
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain('(Client.Timeout exceeded while awaiting headers)');
});
