import type { Finding } from '../../platform.ts';
import { kindLabs } from '../one-node/node-record.ts';
import { recordedPlatform } from '../recorded-platform.ts';

/** Genuine Kubernetes in a container of the Docker engine: a cluster of kind for each lab. */
export const kind = recordedPlatform({ name: 'kind', labs: kindLabs, clusters: () => import('./kind-cluster.ts'), doctor });

async function doctor(): Promise<Finding[]> {
  const [{ engineFinding, problem }, { runProgram }] = await Promise.all([
    import('../docker/engine-finding.ts'),
    import('../run-program.ts'),
  ]);
  const engine = await engineFinding();
  try {
    return [engine, { level: 'ok', title: 'kind', detail: (await runProgram('kind', ['version'])).trim(), advice: '' }];
  } catch (error) {
    return [engine, problem('kind', error)];
  }
}
