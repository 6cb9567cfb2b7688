import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kind } from '../../cluster/platforms/kind/kind.ts';
import { connectKube } from '../../experiments/engine/kube/kube-clients.ts';
import { deleteNamespace } from '../../experiments/engine/kube/namespace.ts';
import type { Figure } from './figures.ts';

const run = promisify(execFile);
const bin = fileURLToPath(new URL('../bin.js', import.meta.url));
/** Each takes a minute or so. */
const pairs = 2;

/** The shop from the command to all Pods Ready, on genuine Kubernetes and on the local platform, in turn; nothing where there is no kind. */
export async function platforms(rounds: number): Promise<Figure[]> {
  const missing = (await kind.doctor()).filter(({ level }) => level === 'problem');
  if (missing.length > 0) {
    console.log(`left out: shoplab up --platform kind: ${missing.map(({ detail }) => detail).join('; ')}`);
    return [];
  }
  const local = new Lab('local');
  const onKind = new Lab('kind');
  const cold = { local: [] as number[], kind: [] as number[] };
  const warm: number[] = [];
  try {
    // The first of each does not count: images, and PostgreSQL's data folder, are made once.
    for (let pair = 0; pair <= pairs; pair += 1) {
      for (const lab of [local, onKind]) {
        const upMs = await lab.upMs();
        if (pair > 0) cold[lab.platform].push(upMs);
        // Both answer on the same ports.
        await lab.down();
      }
    }
    await onKind.upMs();
    for (let round = 0; round < rounds; round += 1) {
      await onKind.deleteShop();
      warm.push(await onKind.upMs());
    }
  } finally {
    for (const lab of [local, onKind]) await lab.down();
  }
  return [
    {
      name: 'shoplab up --platform kind, cluster and all',
      unit: 'ms',
      readings: cold.kind,
      against: { name: 'local', readings: cold.local },
      goal: 'ratio of 10 or more',
    },
    { name: 'shoplab up --platform kind, cluster there', unit: 'ms', readings: warm, goal: 'at most 40000' },
  ];
}

class Lab {
  readonly platform: 'local' | 'kind';
  private kubeconfig = '';

  constructor(platform: 'local' | 'kind') {
    this.platform = platform;
  }

  /** How long `up` takes. */
  async upMs(): Promise<number> {
    const startedMs = performance.now();
    const { stdout } = await run(process.execPath, [bin, 'up', ...this.words, '--json']);
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
