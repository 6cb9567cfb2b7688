import type { Finding } from '../../platform.ts';
import { recordedPlatform } from '../recorded-platform.ts';
import { kindLabs } from './kind-record.ts';

/** Genuine Kubernetes in a container of the Docker engine: a cluster of kind for each lab. */
export const kind = recordedPlatform({ name: 'kind', labs: kindLabs, clusters: () => import('./kind-cluster.ts'), doctor });

async function doctor(): Promise<Finding[]> {
  const [{ connectEngine }, { runProgram }] = await Promise.all([import('../docker/engine.ts'), import('./kind-program.ts')]);
  const findings: Finding[] = [];
  try {
    const { ServerVersion, MemTotal } = await (await connectEngine()).info();
    const gib = Math.round((MemTotal / 1024 ** 3) * 10) / 10;
    findings.push({ level: 'ok', title: 'Docker engine', detail: `${ServerVersion}, ${gib} GiB`, advice: '' });
  } catch (error) {
    findings.push(problem('Docker engine', error));
  }
  try {
    findings.push({ level: 'ok', title: 'kind', detail: (await runProgram('kind', ['version'])).trim(), advice: '' });
  } catch (error) {
    findings.push(problem('kind', error));
  }
  return findings;
}

const problem = (title: string, error: unknown): Finding => {
  const { message, hint = '' } = error as Error & { hint?: string };
  return { level: 'problem', title, detail: message, advice: hint };
};
