import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Cluster } from '../../platform.ts';
import { local } from './local.ts';

const kubectlFile = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'kubectl'))
  .find(existsSync);
if (!kubectlFile) console.warn('skipped: kubectl rollout, because there is no kubectl on PATH');

const app = `
import { createServer } from 'node:http';
createServer((request, response) => response.end(process.env.VERSION ?? 'one')).listen(8080);
process.on('SIGTERM', () => process.exit(0));
`;
const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
      - name: web
        image: test/web:1
        readinessProbe: {httpGet: {port: 8080}, periodSeconds: 1}
`;

let folder: string;
let cluster: Cluster;

/** What kubectl prints on both its outputs; fails where it fails. */
async function kubectl(line: string, input = ''): Promise<string> {
  const { code, text } = await run(line, input);
  if (code !== 0) throw new Error(`kubectl ${line} ended with ${code}: ${text}`);
  return text;
}
async function failure(line: string): Promise<string> {
  const { code, text } = await run(line);
  if (code === 0) throw new Error(`kubectl ${line} did not fail: ${text}`);
  return text;
}
function run(line: string, input = ''): Promise<{ code: number; text: string }> {
  return new Promise((done) => {
    const env = { ...process.env, HOME: folder, KUBECONFIG: cluster.kubeconfig };
    const child = execFile(kubectlFile ?? 'kubectl', line.split(' '), { env, timeout: 90_000 }, (error, out, err) =>
      done({ code: error ? Number(error.code ?? -1) : 0, text: `${out}${err}`.trim() }),
    );
    child.stdin?.end(input);
  });
}
const rolledOut = (): Promise<string> => kubectl('rollout status deployment/web --timeout=60s');
const revisions = async (): Promise<string[]> => (await kubectl('rollout history deployment/web')).match(/^\d+/gm) ?? [];
const environment = (): Promise<string> => kubectl('get deployment web -o jsonpath={.spec.template.spec.containers[0].env[*].value}');
const condition = (type: string): Promise<string> =>
  kubectl(`get deployment web -o jsonpath={.status.conditions[?(@.type=="${type}")].reason}`);

(kubectlFile ? describe : describe.skip)('kubectl rollout', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rollout-test-'));
    process.env.XDG_STATE_HOME = join(folder, 'xdg');
    writeFileSync(join(folder, 'app.mjs'), app);
    writeFileSync(join(folder, 'images.yaml'), 'test/web: { command: [node, app.mjs] }\n');
    cluster = await local.up({ name: 'rollout-test', life: 'owner', imagesFile: join(folder, 'images.yaml') });
    await kubectl('apply -f -', manifest);
    await rolledOut();
  }, 120_000);
  afterAll(async () => {
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('status follows a new version to its end', async () => {
    await kubectl('set env deployment/web VERSION=two');
    expect(await rolledOut()).toMatch(/^Waiting for deployment "web" rollout to finish: [\s\S]*deployment "web" successfully rolled out$/);
    expect(await condition('Progressing')).toBe('NewReplicaSetAvailable');
  });

  test('history has each version, and what it was', async () => {
    expect(await revisions()).toEqual(['1', '2']);
    expect(await kubectl('rollout history deployment/web --revision=2')).toMatch(/VERSION:\s+two/);
  });

  test('a paused Deployment waits with a new version, and cannot be rolled back', async () => {
    expect(await kubectl('rollout pause deployment/web')).toBe('deployment.apps/web paused');
    await kubectl('set env deployment/web VERSION=three');
    await kubectl('wait deployment/web --for=condition=Progressing=Unknown --timeout=30s');
    expect(await condition('Progressing')).toBe('DeploymentPaused');
    expect(await revisions()).toEqual(['1', '2']);
    expect(await failure('rollout undo deployment/web')).toContain(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    );
    expect(await kubectl('rollout resume deployment/web')).toBe('deployment.apps/web resumed');
    await rolledOut();
    expect(await revisions()).toEqual(['1', '2', '3']);
  });

  test('undo brings the version before back, under a new number', async () => {
    expect(await kubectl('rollout undo deployment/web')).toBe('deployment.apps/web rolled back');
    await rolledOut();
    expect(await environment()).toBe('two');
    expect(await revisions()).toEqual(['1', '3', '4']);
    expect(await kubectl('rollout undo deployment/web --to-revision=4')).toContain(
      'skipped rollback (current template already matches revision 4)',
    );
    await kubectl('rollout undo deployment/web --to-revision=1');
    await rolledOut();
    expect(await environment()).toBe('');
    expect(await failure('rollout undo deployment/web --to-revision=77')).toContain('unable to find specified revision 77 in history');
  });

  test('restart replaces every Pod by the same version', async () => {
    const pods = (): Promise<string> => kubectl('get pods -l app=web -o name');
    const before = (await pods()).split('\n');
    expect(await kubectl('rollout restart deployment/web')).toBe('deployment.apps/web restarted');
    await rolledOut();
    // Old Pods may still be shutting down: kubectl does not wait for them, and one that goes while its condition is awaited is none.
    for (const pod of before) await kubectl(`wait ${pod} --for=delete --timeout=60s`);
    expect((await pods()).split('\n').filter((pod) => before.includes(pod))).toEqual([]);
    await kubectl('wait pods -l app=web --for=condition=Ready --timeout=60s');
  });

  test('status fails at the progress deadline, while the old version serves on; undo ends that', async () => {
    await kubectl('patch deployment web -p {"spec":{"progressDeadlineSeconds":3}}');
    await kubectl('set image deployment/web web=test/unknown:1');
    expect(await failure('rollout status deployment/web --timeout=60s')).toContain('deployment "web" exceeded its progress deadline');
    expect(await kubectl('get deployment web -o jsonpath={.status.availableReplicas}')).toBe('2');
    await kubectl('rollout undo deployment/web');
    await rolledOut();
  });
});
