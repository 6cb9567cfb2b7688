import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KubeObject } from './object.ts';
import type { ObjectRegistry } from './object-registry.ts';
import type { Kinds } from './registry.ts';
import { TestServer, until } from './test-server.ts';

const kubectlFile = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'kubectl'))
  .find(existsSync);
if (!kubectlFile) console.warn('skipped: the API as kubectl sees it, because there is no kubectl on PATH');
const manifests = fileURLToPath(new URL('../../manifests', import.meta.url));

let lab: TestServer;
let registry: ObjectRegistry;
let kubeconfig: string;

beforeAll(async () => {
  lab = await TestServer.start();
  registry = lab.registry;
  kubeconfig = join(lab.folder, 'kubeconfig');
  writeFileSync(kubeconfig, lab.server.kubeconfig(), { mode: 0o600 });
});
afterAll(() => lab.stop());

const environment = (): NodeJS.ProcessEnv => ({ ...process.env, HOME: lab.folder, KUBECONFIG: kubeconfig });
interface Ran {
  code: number;
  out: string;
  err: string;
}
/** Runs kubectl against the server; what it keeps is in a folder of this test. */
function run(args: string[], stdin = '', more: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return new Promise((done) => {
    const child = execFile(kubectlFile ?? 'kubectl', args, { env: { ...environment(), ...more }, timeout: 40_000 }, (error, out, err) =>
      done({ code: error ? Number(error.code ?? -1) : 0, out, err }),
    );
    child.stdin?.end(stdin);
  });
}
/** What kubectl prints, trimmed; fails where it fails. */
async function kubectl(line: string, stdin?: string): Promise<string> {
  const { code, out, err } = await run(line.split(' '), stdin);
  if (code !== 0) throw new Error(`kubectl ${line} ended with ${code}: ${err}`);
  return out.trim();
}
const failure = async (line: string, stdin?: string): Promise<string> => {
  const { code, err, out } = await run(line.split(' '), stdin);
  if (code === 0) throw new Error(`kubectl ${line} did not fail: ${out}`);
  return err.trim();
};
const rows = (text: string): string[][] => text.split('\n').map((line) => line.trim().split(/\s{2,}/));

const deployment = (name: string, more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, labels: {app: ${name}}}
spec:
  replicas: 2
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
      - {name: app, image: "web:1", ports: [{containerPort: 8080}]}
      - {name: side, image: "side:1"}
${more}`;
const pod = (name: string, namespace: string): Kinds['Pod'] => lab.pod(name, namespace);
const namespace = (name: string): string => lab.namespace(name);

(kubectlFile ? describe : describe.skip)('kubectl', () => {
  test('version, api-resources, auth can-i, cluster-info', async () => {
    expect(await kubectl('version -o json')).toContain('v1.34.0+shoplab');
    expect(await kubectl('api-resources')).toMatch(/deployments +deploy +apps\/v1 +true +Deployment/);
    expect(await kubectl('auth can-i create pods')).toBe('yes');
    expect(await kubectl('auth can-i --list')).toContain('*.*');
    expect(await kubectl('auth whoami')).toContain('kubernetes-admin');
    expect(await kubectl('cluster-info')).toContain(lab.server.url);
    expect(await kubectl('get --raw /readyz')).toBe('ok');
    expect((await kubectl('api-versions')).split('\n')).toEqual(expect.arrayContaining(['autoscaling/v1', 'autoscaling/v2', 'v1']));
  });

  test('apply -k creates the shop, and applied again changes nothing of it', async () => {
    namespace('shop');
    const created = await kubectl(`apply -n shop -k ${manifests}/base`);
    expect(created.split('\n').every((line) => line.endsWith(' created'))).toBe(true);
    const revision = registry.store.revision;
    const again = await kubectl(`apply -n shop -k ${manifests}/base`);
    expect(again).toMatch(/service\/order unchanged/);
    expect(registry.store.revision).toBe(revision);
    expect(rows(await kubectl('get svc order -n shop'))).toEqual([
      ['NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE'],
      [
        'order',
        'LoadBalancer',
        expect.stringMatching(/^127\.77\.201\.\d+$/),
        '<pending>',
        expect.stringMatching(/^8081:30\d{3}\/TCP$/),
        expect.any(String),
      ],
    ]);
    expect(await kubectl('get all -n shop')).toMatch(
      /deployment\.apps\/order +0\/1[\s\S]*statefulset\.apps\/kafka[\s\S]*horizontalpodautoscaler\.autoscaling\/order/,
    );
  });

  test('a List is applied, as `get -o json` writes it; what is wrong in one of its items is told', async () => {
    namespace('list');
    const item = (name: string, more = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more });
    const list = (...items: object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    expect(await kubectl('apply -n list -f -', list(item('a'), item('b')))).toBe('configmap/a created\nconfigmap/b created');
    expect(await kubectl('replace -n list -f -', await kubectl('get configmaps -n list -o json'))).toBe(
      'configmap/a replaced\nconfigmap/b replaced',
    );
    const wrong = await run('apply -n list -f -'.split(' '), list(item('c', { dta: {} })));
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('unknown field "dta"') });
  });

  test('apply: new, again, changed, with a field removed; diff before it', async () => {
    namespace('apply');
    const file = deployment('web');
    expect(await kubectl('apply -n apply -f -', file)).toBe('deployment.apps/web created');
    expect(await kubectl('apply -n apply -f -', file)).toBe('deployment.apps/web unchanged');
    const changed = file.replace('replicas: 2', 'replicas: 3').replace('      - {name: side, image: "side:1"}\n', '');
    const diff = await run(['diff', '-n', 'apply', '-f', '-'], changed);
    expect(diff.code).toBe(1);
    expect(diff.out).toMatch(/^- {2}replicas: 2$/m);
    expect(registry.get('Deployment', 'apply', 'web').spec?.replicas).toBe(2);
    expect(await kubectl('apply -n apply -f -', changed)).toBe('deployment.apps/web configured');
    const { metadata, spec } = registry.get('Deployment', 'apply', 'web');
    expect(metadata.generation).toBe(2);
    expect(spec?.replicas).toBe(3);
    expect(spec?.template.spec?.containers.map(({ name }) => name)).toEqual(['app']);
    expect(await kubectl('apply -n apply --dry-run=server -f -', file)).toBe('deployment.apps/web configured (server dry run)');
    expect(registry.get('Deployment', 'apply', 'web').spec?.replicas).toBe(3);
  });

  test('apply --server-side', async () => {
    namespace('server-side');
    expect(await kubectl('apply -n server-side --server-side -f -', deployment('web'))).toBe('deployment.apps/web serverside-applied');
    const again = await run(
      ['apply', '-n', 'server-side', '--server-side', '-f', '-'],
      deployment('web').replace('replicas: 2', 'replicas: 5'),
    );
    expect(again).toMatchObject({ code: 0, out: 'deployment.apps/web serverside-applied\n' });
    expect(again.err).toContain('Warning: server-side apply merges here without field ownership');
    expect(registry.get('Deployment', 'server-side', 'web').spec?.replicas).toBe(5);
  });

  test('typed creates and autoscale, which send protobuf', async () => {
    expect(await kubectl('create namespace typed')).toBe('namespace/typed created');
    expect(await kubectl('create deployment web -n typed --image=web:1 --replicas=2 --port=80 -- sleep 5')).toBe(
      'deployment.apps/web created',
    );
    expect(await kubectl('create configmap c -n typed --from-literal=a=b')).toBe('configmap/c created');
    expect(await kubectl('create secret generic s -n typed --from-literal=a=geheim')).toBe('secret/s created');
    expect(await kubectl('create serviceaccount a -n typed')).toBe('serviceaccount/a created');
    expect(await kubectl('create service clusterip web -n typed --tcp=80:8080')).toBe('service/web created');
    expect(await kubectl('autoscale deployment web -n typed --max=5 --cpu-percent=70')).toBe(
      'horizontalpodautoscaler.autoscaling/web autoscaled',
    );
    expect(registry.get('Deployment', 'typed', 'web').spec).toMatchObject({
      replicas: 2,
      template: { spec: { containers: [{ image: 'web:1', command: ['sleep', '5'], ports: [{ containerPort: 80 }] }] } },
    });
    expect(registry.get('Secret', 'typed', 's').data).toEqual({ a: Buffer.from('geheim').toString('base64') });
    expect(registry.get('HorizontalPodAutoscaler', 'typed', 'web')).toMatchObject({
      apiVersion: 'autoscaling/v2',
      spec: { maxReplicas: 5, minReplicas: 1, metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 70 } } }] },
    });
    expect(
      await kubectl(
        'get horizontalpodautoscalers.v1.autoscaling web -n typed -o jsonpath={.apiVersion}:{.spec.targetCPUUtilizationPercentage}',
      ),
    ).toBe('autoscaling/v1:70');
    expect(await kubectl('describe hpa web -n typed')).toContain('resource cpu on pods  (as a percentage of request):  <unknown> / 70%');
  });

  test('get: tables, wide, by label and field, in chunks, as JSON and names, sorted', async () => {
    namespace('get');
    for (const name of ['a', 'b', 'c']) pod(name, 'get');
    expect(rows(await kubectl('get pods -n get'))).toEqual([
      ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'],
      ...['a', 'b', 'c'].map((name) => [name, '0/1', 'Pending', '0', expect.any(String)]),
    ]);
    expect(rows(await kubectl('get pod a -n get -o wide'))[0]).toEqual(
      expect.arrayContaining(['IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES']),
    );
    expect(await kubectl('get pods -n get -l app=b -o name')).toBe('pod/b');
    expect(await kubectl('get pods -A --field-selector metadata.name=c,metadata.namespace=get -o name')).toBe('pod/c');
    expect(await kubectl('get pods -n get --chunk-size=1 -o name')).toBe('pod/a\npod/b\npod/c');
    expect(await kubectl('get pods -n get --sort-by=.metadata.name -o name')).toBe('pod/a\npod/b\npod/c');
    expect(JSON.parse(await kubectl('get pod a -n get -o json'))).toMatchObject({
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: { nodeName: 'node' },
    });
    expect(await kubectl('get pods -n get --show-labels --no-headers')).toContain('app=a');
    expect(await failure('get pods -n get --field-selector spec.foo=1')).toContain('field label not supported: spec.foo');
  });

  test('get -w prints each change once', async () => {
    namespace('watch');
    pod('first', 'watch');
    const watchers = registry.store.watching;
    const watching = spawn(kubectlFile ?? '', ['get', 'pods', '-n', 'watch', '-w'], { env: environment() });
    let text = '';
    watching.stdout.on('data', (data: Buffer) => {
      text += data;
    });
    await until('a watch', () => registry.store.watching > watchers);
    registry.updateStatus('Pod', { ...pod('web', 'watch'), status: { phase: 'Running' } });
    registry.delete('Pod', 'watch', 'web', { gracePeriodSeconds: 0 });
    await until('five rows', () => text.split('\n').length > 6);
    watching.kill();
    await once(watching, 'close');
    const seen = rows(text.trim())
      .slice(1)
      .map(([name, , status]) => `${name} ${status}`);
    expect(seen).toEqual(['first Pending', 'web Pending', 'web Pending', 'web Running', 'web Terminating']);
    await until('the end of the watch', () => registry.store.watching === watchers);
  });

  test('set, scale, label, annotate, patch, rollout, replace', async () => {
    namespace('change');
    await kubectl('apply -n change -f -', deployment('web'));
    const web = () => registry.get('Deployment', 'change', 'web');
    expect(await kubectl('set image deploy/web app=web:2 -n change')).toBe('deployment.apps/web image updated');
    expect(web().spec?.template.spec?.containers.map(({ name, image }) => `${name}=${image}`)).toEqual(['app=web:2', 'side=side:1']);
    await kubectl('set env deploy/web -c app A=1 -n change');
    await kubectl('set resources deploy/web -c app --requests=cpu=100m -n change');
    expect(web().spec?.template.spec?.containers[0]).toMatchObject({
      env: [{ name: 'A', value: '1' }],
      resources: { requests: { cpu: '100m' } },
    });
    expect(await kubectl('scale deploy/web --replicas=4 -n change')).toBe('deployment.apps/web scaled');
    expect(await failure('scale deploy/web --replicas=9 --current-replicas=1 -n change')).toContain('Expected replicas to be 1, was 4');
    expect(web().spec?.replicas).toBe(4);
    await kubectl('label deploy web tier=front app- -n change');
    expect(web().metadata.labels).toEqual({ tier: 'front' });
    await kubectl('annotate deploy web note=x -n change');
    expect(web().metadata.annotations?.note).toBe('x');
    await kubectl('rollout restart deploy/web -n change');
    expect(web().spec?.template.metadata?.annotations).toHaveProperty(['kubectl.kubernetes.io/restartedAt']);
    await kubectl('rollout pause deploy/web -n change');
    expect(web().spec?.paused).toBe(true);
    await kubectl('rollout resume deploy/web -n change');
    expect(web().spec).not.toHaveProperty('paused');
    const patch = (type: string, text: string) => kubectl(`patch deploy web -n change --type=${type} -p ${text}`);
    await patch('strategic', '{"spec":{"template":{"spec":{"containers":[{"name":"zz","image":"z"}]}}}}');
    expect(web().spec?.template.spec?.containers.map(({ name }) => name)).toEqual(['zz', 'app', 'side']);
    await patch('merge', '{"metadata":{"annotations":{"note":null}},"spec":{"replicas":1}}');
    await patch('json', '[{"op":"replace","path":"/spec/replicas","value":7}]');
    expect(web()).toMatchObject({ spec: { replicas: 7 } });
    expect(web().metadata.annotations).not.toHaveProperty('note');
    await kubectl('patch deploy web -n change --subresource=status --type=merge -p {"status":{"replicas":7},"spec":{"replicas":1}}');
    expect(web()).toMatchObject({ spec: { replicas: 7 }, status: { replicas: 7 } });
    const sent = await kubectl('get deploy web -n change -o json');
    expect(await kubectl('replace -n change -f -', sent.replace('"replicas": 7', '"replicas": 6'))).toBe('deployment.apps/web replaced');
    expect(web().spec?.replicas).toBe(6);
    expect(await failure('replace -n change -f -', sent)).toContain(
      'the object has been modified; please apply your changes to the latest version',
    );
    const edited = await run('edit deploy web -n change'.split(' '), '', { KUBE_EDITOR: 'sed -i s/replicas:.6/replicas:\\ 5/' });
    expect(edited).toMatchObject({ code: 0, out: 'deployment.apps/web edited\n' });
    expect(web().spec?.replicas).toBe(5);
    await kubectl('expose deploy web --port=80 -n change');
    expect(registry.get('Service', 'change', 'web').spec?.clusterIP).toMatch(/^127\.77\./);
    expect(await kubectl('run one --image=web:1 -n change')).toBe('pod/one created');
  });

  test('rollout history and undo go by the ReplicaSets', async () => {
    namespace('undo');
    await kubectl('apply -n undo -f -', deployment('web'));
    const web = registry.get('Deployment', 'undo', 'web');
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: web.metadata.uid, controller: true };
    for (const revision of ['1', '2']) {
      const template = structuredClone(web.spec?.template ?? {});
      for (const container of template.spec?.containers ?? []) container.image = `${container.name}:${revision}`;
      registry.create('ReplicaSet', {
        metadata: {
          name: `web-${revision}`,
          namespace: 'undo',
          labels: { app: 'web' },
          ownerReferences: [owner],
          annotations: { 'deployment.kubernetes.io/revision': revision },
        },
        spec: { replicas: 0, selector: { matchLabels: { app: 'web' } }, template },
      });
    }
    expect(await kubectl('rollout history deploy/web -n undo')).toMatch(/1 +<none>\n2 +<none>/);
    expect(await kubectl('rollout undo deploy/web --to-revision=1 -n undo')).toBe('deployment.apps/web rolled back');
    const images = registry.get('Deployment', 'undo', 'web').spec?.template.spec?.containers.map(({ image }) => image);
    expect(images).toEqual(['app:1', 'side:1']);
  });

  test('delete waits for what stays; --wait=false, -l, --all, --force, --cascade', async () => {
    namespace('delete');
    for (const name of ['a', 'b', 'c', 'd']) pod(name, 'delete');
    const stop = registry.watch('Pod', ({ type, object: { metadata } }) => {
      if (type === 'MODIFIED' && metadata.deletionTimestamp && metadata.name === 'a') {
        setTimeout(() => registry.delete('Pod', 'delete', 'a', { gracePeriodSeconds: 0 }), 300);
      }
    });
    const gone = kubectl('wait pod/a --for=delete -n delete --timeout=30s');
    // Since 1.33 kubectl says from where.
    expect(await kubectl('delete pod a -n delete')).toMatch(/^pod "a" deleted( from delete namespace)?$/);
    expect(await gone).toBe('pod/a condition met');
    expect(registry.find('Pod', 'delete', 'a')).toBeUndefined();
    stop();
    await kubectl('delete pod -l app=b -n delete --wait=false');
    expect(registry.get('Pod', 'delete', 'b').metadata.deletionGracePeriodSeconds).toBe(30);
    await kubectl('delete pod b --now --wait=false -n delete');
    expect(registry.get('Pod', 'delete', 'b').metadata.deletionGracePeriodSeconds).toBe(1);
    await kubectl('delete pods --all --force --grace-period=0 -n delete');
    expect(registry.list('Pod', 'delete')).toEqual([]);
    await kubectl('apply -n delete -f -', deployment('web'));
    await kubectl('delete deploy web -n delete --cascade=foreground --wait=false');
    expect(registry.get('Deployment', 'delete', 'web').metadata.finalizers).toEqual(['foregroundDeletion']);
    expect(await failure('delete deploy nope -n delete')).toBe('Error from server (NotFound): deployments.apps "nope" not found');
    expect(await failure('delete ns default')).toContain('namespaces "default" is forbidden: this namespace may not be deleted');
  });

  test('wait and rollout status end when the condition comes', async () => {
    namespace('wait');
    const web = pod('web', 'wait');
    const watchers = registry.store.watching;
    const waiting = kubectl('wait pod/web --for=condition=Ready -n wait --timeout=30s');
    const phase = kubectl('wait pod/web --for=jsonpath={.status.phase}=Running -n wait --timeout=30s');
    await until('two watches', () => registry.store.watching === watchers + 2);
    registry.updateStatus('Pod', { ...web, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } });
    expect(await Promise.all([waiting, phase])).toEqual(['pod/web condition met', 'pod/web condition met']);
    await kubectl('apply -n wait -f -', deployment('web'));
    await until('no watch', () => registry.store.watching === watchers);
    const rollout = kubectl('rollout status deploy/web -n wait --timeout=30s');
    await until('a watch', () => registry.store.watching === watchers + 1);
    const counts = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
    registry.updateStatus('Deployment', { ...registry.get('Deployment', 'wait', 'web'), status: { observedGeneration: 1, ...counts } });
    expect(await rollout).toContain('deployment "web" successfully rolled out');
    expect(await failure('wait pod/web --for=condition=Nope -n wait --timeout=1s')).toContain('timed out waiting for the condition');
  });

  test('describe and events', async () => {
    namespace('events');
    const web = pod('web', 'events') as unknown as KubeObject;
    registry.event(web, { type: 'Warning', reason: 'Unhealthy', message: 'Readiness probe failed', component: 'kubelet' });
    registry.event(web, { type: 'Warning', reason: 'Unhealthy', message: 'Readiness probe failed', component: 'kubelet' });
    expect(await kubectl('describe pod web -n events')).toMatch(/Unhealthy +\S+ \(x2 over \S+\) +kubelet +Readiness probe failed/);
    expect(await kubectl('get events -n events')).toMatch(/Warning +Unhealthy +pod\/web +Readiness probe failed/);
    expect(await kubectl('events --for pod/web -n events')).toContain('Readiness probe failed');
    await kubectl('apply -n events -f -', deployment('web'));
    expect(await kubectl('describe deploy web -n events')).toContain('2 desired | 0 updated | 0 total | 0 available | 0 unavailable');
    expect(await kubectl('describe svc,cm,secret,ns,node -A')).toBeDefined();
  });

  test('logs', async () => {
    namespace('logs');
    pod('web', 'logs');
    expect(await kubectl('logs web -n logs')).toBe('one\ntwo\nthree');
    expect(await kubectl('logs web -n logs --tail=1 --since=10s --timestamps')).toBe('three');
    expect(lab.node.asked.at(-1)).toMatchObject({
      container: 'app',
      tailLines: 1,
      timestamps: true,
      follow: false,
      sinceTimeMs: expect.any(Number),
    });
    expect(await failure('logs web -n logs --previous')).toContain('previous terminated container "app" in pod "web" not found');
    expect(await failure('logs web -c nope -n logs')).toContain('container nope is not valid for pod web');
    registry.create('Pod', { metadata: { name: 'pending', namespace: 'logs' }, spec: { containers: [{ name: 'a', image: 'i' }] } });
    expect(await kubectl('logs pending -n logs')).toBe('');
    expect(await failure('exec pending -n logs -- true')).toContain('pod pending does not have a host assigned');
    const followed = await run(['logs', 'web', '-f', '-n', 'logs', '--request-timeout=2s']);
    expect(followed.out).toBe('one\ntwo\nthree\n');
  });

  test('exec: output, input, exit code, what cannot be run', async () => {
    namespace('exec');
    pod('web', 'exec');
    expect(await run('exec web -n exec -- echo a b'.split(' '))).toMatchObject({ code: 0, out: 'out echo a b\n', err: 'err\n' });
    const input = 'x'.repeat(300_000);
    expect((await run('exec -i web -n exec -- cat'.split(' '), input)).out).toBe(`${input}out cat\n`);
    const failed = await run('exec web -n exec -- false'.split(' '));
    expect(failed).toMatchObject({ code: 3 });
    expect(failed.err).toContain('command terminated with exit code 3');
    expect(await failure('exec web -n exec -- missing')).toContain('executable file not found');
    expect(await failure('exec web -c nope -n exec -- true')).toContain('container nope is not valid for pod web');
    registry.updateStatus('Pod', { ...registry.get('Pod', 'exec', 'web'), status: { phase: 'Running' } });
    expect(await failure('port-forward web 8080 -n exec')).toContain('port-forward is not served by this cluster');
  });

  test('top', async () => {
    namespace('top');
    registry.create('Node', { metadata: { name: 'node' } });
    pod('web', 'top');
    expect(rows(await kubectl('top pods -n top'))).toEqual([
      ['NAME', 'CPU(cores)', 'MEMORY(bytes)'],
      ['web', '12m', '20Mi'],
    ]);
    const used = registry.list('Pod').filter(({ spec }) => spec?.nodeName === 'node').length;
    expect(JSON.parse(await kubectl('get --raw /apis/metrics.k8s.io/v1beta1/nodes/node'))).toMatchObject({
      usage: { cpu: `${used * 12_000_000}n` },
    });
  });

  test('cordon, drain and get --raw through the proxy', async () => {
    namespace('proxy');
    pod('web', 'proxy');
    expect(await kubectl('get --raw /api/v1/namespaces/proxy/pods/web:8080/proxy/a/b?c=d')).toBe('GET /a/b?c=d  no token');
    if (!registry.find('Node', '', 'drained')) registry.create('Node', { metadata: { name: 'drained' } });
    expect(await kubectl('cordon drained')).toBe('node/drained cordoned');
    expect(registry.get('Node', '', 'drained').spec?.unschedulable).toBe(true);
    registry.create('Pod', {
      metadata: { name: 'gone', namespace: 'proxy' },
      spec: { containers: [{ name: 'a', image: 'i' }], terminationGracePeriodSeconds: 0 },
    });
    registry.bind('proxy', 'gone', 'drained');
    expect(await kubectl('drain drained --force')).toContain('node/drained drained');
    expect(registry.find('Pod', 'proxy', 'gone')).toBeUndefined();
  });

  test('errors print as those of Kubernetes', async () => {
    namespace('errors');
    const web = deployment('web');
    expect(await failure('get deploy nope')).toBe('Error from server (NotFound): deployments.apps "nope" not found');
    expect(await failure('get nope')).toBe('error: the server doesn\'t have a resource type "nope"');
    expect(await failure('create -n nope -f -', web)).toBe(
      'Error from server (NotFound): error when creating "STDIN": namespaces "nope" not found',
    );
    await kubectl('create -n errors -f -', web);
    expect(await failure('create -n errors -f -', web)).toBe(
      'Error from server (AlreadyExists): error when creating "STDIN": deployments.apps "web" already exists',
    );
    expect(await failure('create -n errors -f -', web.replace('replicas', 'replcas'))).toBe(
      'Error from server (BadRequest): error when creating "STDIN": Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replcas"',
    );
    expect(await failure('apply -n errors -f -', web.replace('replicas: 2', 'replicas: "2"').replaceAll('web', 'other'))).toContain(
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    );
    expect(await failure('apply -n errors -f -', web.replace('replicas: 2', 'replicas: -2').replaceAll('web', 'other'))).toBe(
      'The Deployment "other" is invalid: spec.replicas: Invalid value: -2: must be greater than or equal to 0',
    );
    const warned = await run(
      ['create', '-n', 'errors', '--validate=warn', '-f', '-'],
      web.replaceAll('web', 'loose').replace('replicas', 'replcas'),
    );
    expect(warned).toMatchObject({ code: 0, out: 'deployment.apps/loose created\n', err: 'Warning: unknown field "spec.replcas"\n' });
    expect(registry.get('Deployment', 'errors', 'loose').spec).not.toHaveProperty('replcas');
    const unheeded = await run('run late -n errors --image=web:1 --overrides={"spec":{"hostNetwork":true}}'.split(' '));
    expect(unheeded).toMatchObject({ code: 0, out: 'pod/late created\n', err: expect.stringContaining('Warning: spec.hostNetwork') });
    expect(await failure('patch deploy web -n errors --type=json -p [{"op":"remove","path":"/spec/nope"}]')).toContain(
      'the server rejected our request due to an error in our request',
    );
    expect(await failure('get pods --token=wrong')).toContain('You must be logged in to the server');
    registry.delete('Namespace', '', 'errors');
    expect(await failure('create configmap late -n errors')).toContain(
      'configmaps "late" is forbidden: unable to create new content in namespace errors because it is being terminated',
    );
  });
});
