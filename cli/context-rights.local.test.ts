import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';
import type { Cluster } from '../cluster/platform.ts';
import { rightsOfLab } from '../cluster/platforms/context/rights.ts';
import { local } from '../cluster/platforms/local/local.ts';
import type { Journal } from '../experiments/engine/journal.ts';
import { bin } from './testing/program.ts';
import { RecordingApiServer } from './testing/recording-api-server.ts';
import { rightOf } from './testing/right-of.ts';

/** What anybody who is known may do on any cluster: by the ClusterRole system:basic-user, and by system:discovery. */
const rightsOfAll = ['create selfsubjectaccessreviews.authorization.k8s.io'];
const pathsOfAll = /^\/(version|readyz|healthz|livez|api(\/.*)?|apis(\/.*)?|openapi(\/.*)?)$/;

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'shoplab-rights-'));
const kubeconfig = join(folder, 'kubeconfig');
const manifests = join(folder, 'manifests');
const running = new Set<ResultPromise>();
let cluster: Cluster | undefined;
let server: RecordingApiServer | undefined;

beforeAll(async () => {
  // PostgreSQL may run as a user of its own.
  chmodSync(folder, 0o711);
  // Where root runs the tests, processes of the local platform are root's, which Pods of the level restricted may not be.
  cpSync(join(root, 'manifests'), manifests, { recursive: true });
  rmSync(join(manifests, 'components/restricted'), { recursive: true });
  const images = join(folder, 'images.yaml');
  const preload = join(root, 'cli/testing/mounted-main.mjs');
  writeFileSync(images, `node:24-slim: { command: [node], env: { NODE_OPTIONS: '--import ${preload}' } }\n`);
  process.env.XDG_STATE_HOME = join(folder, 'owner');
  cluster = await local.up({ name: 'foreign', life: 'owner', imagesFile: images, autoscalerSyncMs: 1000 });
  // There the loader is another user's process, as its Pod asks for, and has to come by what is mounted.
  for (const part of ['owner', 'owner/shoplab', 'owner/shoplab/foreign']) chmodSync(join(folder, part), 0o711);
  server = await RecordingApiServer.start(cluster.kubeconfig);
  writeFileSync(kubeconfig, server.kubeconfig('theirs'));
});
afterAll(async () => {
  // What a play that failed has left.
  for (const one of running) one.kill();
  await Promise.all(running);
  await server?.close();
  await cluster?.stop();
  rmSync(folder, { recursive: true });
});

/** The CLI as its user types it. Rejects where it ends with another code than one of these, with what it said. */
async function shoplab(codes: number[], ...words: string[]): Promise<void> {
  const { FORCE_COLOR: _colour, NODE_OPTIONS: _options, ...env } = process.env;
  const child: ResultPromise = execa(process.execPath, [bin, ...words], {
    env: { ...env, KUBECONFIG: kubeconfig, HOME: folder, XDG_STATE_HOME: join(folder, 'user') },
    extendEnv: false,
    cwd: folder,
    reject: false,
    stdin: 'ignore',
    all: true,
  });
  running.add(child);
  const { exitCode, all } = await child.finally(() => running.delete(child));
  if (!codes.includes(exitCode ?? -1)) throw new Error(`shoplab ${words.join(' ')} ended with ${exitCode}:\n${all}`);
}

const context = ['--context', 'theirs', '--yes'];
const lab = ['--name', 'one'];
const up = (): Promise<void> => shoplab([0], 'up', '-k', join(manifests, 'base'), ...context, ...lab);

/** So short a run can give no verdict that says anything: it is played for what it asks of the cluster. */
async function run(experiment: string, ...words: string[]): Promise<void> {
  const flags = ['--manifests', manifests, '--report-dir', experiment, '--duration', '2s', ...words];
  await shoplab([0, 3, 4], 'run', experiment, ...context, ...flags);
  const [file = ''] = readdirSync(join(folder, experiment)).filter((name) => name.endsWith('.json'));
  const { variants } = JSON.parse(readFileSync(join(folder, experiment, file), 'utf8')) as Journal;
  expect(variants).toMatchObject(['control', 'treatment'].map((name) => ({ name, error: null })));
}

/** Releases product by the pipeline of the manifests, and takes that back by what it does where a rollout is not over in time. */
async function release(): Promise<void> {
  const source = join(folder, 'source');
  mkdirSync(source);
  for (const name of ['dist', 'shop', 'package.json', 'manifests']) symlinkSync(join(root, name), join(source, name));
  const variables = { VERSION: 'good', NAMESPACE: 'shop-one', IMAGE_BUILD: 'true', IMAGE_PUSH: 'true' };
  const given = Object.entries(variables).flatMap((pair) => ['--env', pair.join('=')]);
  await shoplab([0], 'ci', 'run', 'manifests/buildspec.yml', '--source', source, ...given, ...lab);
  await shoplab([0], 'kubectl', '--namespace', 'shop-one', 'rollout', 'undo', 'deployment/product');
}

/** What a run that was killed may leave in a lab: a toxic proxy whose Pod is gone, and a Deployment that was scaled. */
function leaveFaults(): void {
  const undo = join(folder, 'user/shoplab/.context/one/undo');
  mkdirSync(undo, { recursive: true });
  const service = 'delivery';
  const entries = [
    {
      fault: 'slow',
      operation: 'remove-toxic-proxy',
      arguments: { service, selector: { app: service }, upstream: 'delivery-upstream', pod: 'delivery-toxiproxy', apiPort: 8474 },
    },
    { fault: 'down', operation: 'scale', arguments: { kind: 'Deployment', name: service, replicas: 1 } },
  ];
  const planned = entries.map((entry, number) => ({ planned: number + 1, entry: { ...entry, namespace: 'shop-one' } }));
  writeFileSync(join(undo, 'killed.jsonl'), [{ owner: '999999999:1' }, ...planned].map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** A folder for `up -k` with a Deployment that is never there. */
function crashing(): string {
  const broken = join(folder, 'crashing');
  mkdirSync(broken);
  const labels = { app: 'crashing' };
  const readinessProbe = { exec: { command: ['false'] } };
  const containers = [{ name: 'crashing', image: 'node:24-slim', command: ['false'], readinessProbe }];
  const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'crashing' }, spec };
  writeFileSync(join(broken, 'kustomization.yaml'), 'resources: [deployment.yaml]\n');
  writeFileSync(join(broken, 'deployment.yaml'), JSON.stringify(deployment));
  return broken;
}

const given = rightsOfLab.flatMap(({ apiGroups, resources, verbs }) =>
  apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => rightOf(verb, resource, group)))),
);

test('a lab asks for all rights that it is given, and for no others', async () => {
  // Most of its time is that between the ends of a container, until a lab gives up and reads the log.
  const givesUp = shoplab([1], 'up', '-k', crashing(), ...context, '--name', 'broken');
  const others = async (): Promise<void> => {
    await Promise.all([shoplab([0], 'doctor', '--context', 'theirs'), up()]);
    await up();
    await shoplab([0], 'status', ...lab);
    await release();
    leaveFaults();
    await run('liveness-health', ...lab);
    const down = shoplab([0], 'down', ...lab);
    const runs = async (): Promise<void> => {
      await run('circuit-breaker', '--side-by-side');
      await run('hpa', '--side-by-side');
    };
    await Promise.all([down, runs()]);
  };
  await Promise.all([givesUp, others()]);
  const [rights, paths] = [[...(server?.rights ?? [])], [...(server?.paths ?? [])]];
  expect({
    askedAndNotGiven: rights.filter((right) => !given.includes(right) && !rightsOfAll.includes(right)),
    givenAndNotAsked: given.filter((right) => !rights.includes(right)),
    pathsThatNotAllMayAsk: paths.filter((path) => !pathsOfAll.test(path)),
  }).toEqual({ askedAndNotGiven: [], givenAndNotAsked: [], pathsThatNotAllMayAsk: [] });
}, 400_000);
