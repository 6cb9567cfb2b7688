import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kind } from '../../cluster/platforms/kind/kind.ts';
import { connectKube } from '../../experiments/engine/kube/kube-clients.ts';
import { deleteNamespace } from '../../experiments/engine/kube/namespace.ts';
import { packageRoot } from '../config.ts';
import type { Figure } from './figures.ts';

const run = promisify(execFile);
const bin = fileURLToPath(new URL('../bin.js', import.meta.url));
/** Each takes a minute or so. */
const coldRounds = 2;

/**
 * The shop from the command to all Pods Ready, on genuine Kubernetes and on the local platform, in turn; nothing where there is no kind. Both are up at
 * once, so its Services have no ports of localhost here.
 */
export async function platforms(rounds: number): Promise<Figure[]> {
  const missing = (await kind.doctor()).filter(({ level }) => level === 'problem');
  if (missing.length > 0) {
    console.log(`left out: shoplab up --platform kind: ${missing.map(({ detail }) => detail).join('; ')}`);
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'shoplab-bench-'));
  symlinkSync(join(packageRoot(), 'manifests'), join(folder, 'manifests'));
  const inside = JSON.stringify([{ op: 'replace', path: '/spec/type', value: 'ClusterIP' }]);
  writeFileSync(
    join(folder, 'kustomization.yaml'),
    `resources: [manifests/base]\npatches:\n  - {target: {kind: Service, name: order|delivery|product}, patch: '${inside}'}\n`,
  );
  const local = new Lab('local', folder);
  const onKind = new Lab('kind', folder);
  const [beside, cold, warm]: [number[], number[], number[]] = [[], [], []];
  try {
    // The first of each does not count: images, and PostgreSQL's data folder, are made once.
    for (const lab of [local, onKind]) await lab.upMs();
    for (let round = 0; round < rounds; round += 1) {
      await local.down();
      beside.push(await local.upMs());
      await onKind.deleteShop();
      warm.push(await onKind.upMs());
    }
    for (let round = 0; round < coldRounds; round += 1) {
      await onKind.down();
      cold.push(await onKind.upMs());
    }
  } finally {
    for (const lab of [local, onKind]) await lab.down();
    rmSync(folder, { recursive: true });
  }
  const against = { name: 'local', readings: beside };
  return [
    { name: 'shoplab up --platform kind, cluster there', unit: 'ms', readings: warm, against, goal: { atMost: 40_000 } },
    { name: 'shoplab up --platform kind, cluster and all', unit: 'ms', readings: cold, against, goal: { of: 'ratio', atLeast: 10 } },
  ];
}

class Lab {
  private readonly platform: 'local' | 'kind';
  private readonly folder: string;
  private kubeconfig = '';

  constructor(platform: 'local' | 'kind', folder: string) {
    this.platform = platform;
    this.folder = folder;
  }

  /** How long `up` takes. */
  async upMs(): Promise<number> {
    const startedMs = performance.now();
    const { stdout } = await run(process.execPath, [bin, 'up', ...this.words, '-k', this.folder, '--json']);
    this.kubeconfig = (JSON.parse(stdout) as { kubeconfig: string }).kubeconfig;
    return performance.now() - startedMs;
  }

  async deleteShop(): Promise<void> {
    const kube = await connectKube(this.kubeconfig);
    await deleteNamespace(kube, 'shop', AbortSignal.timeout(120_000));
    kube.close();
  }

  async down(): Promise<void> {
    await run(process.execPath, [bin, 'down', ...this.words]);
  }

  private get words(): string[] {
    return ['--platform', this.platform, '--name', `bench-${this.platform}`];
  }
}
