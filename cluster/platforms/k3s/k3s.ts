import type { Finding } from '../../platform.ts';
import { k3sLabs } from '../one-node/node-record.ts';
import { recordedPlatform } from '../recorded-platform.ts';
import { k3sImage } from './k3s-image.ts';

/** Genuine Kubernetes as k3s has it, in a container of the Docker engine: a cluster for each lab. */
export const k3s = recordedPlatform({ name: 'k3s', labs: k3sLabs, clusters: () => import('./k3s-cluster.ts'), doctor });

async function doctor(): Promise<Finding[]> {
  const [{ engineFinding }, { connectEngine }, { hasImage }] = await Promise.all([
    import('../docker/engine-finding.ts'),
    import('../docker/engine.ts'),
    import('../../kubelet/runtimes/container/engine-images.ts'),
  ]);
  const engine = await engineFinding();
  if (engine.level === 'problem') return [engine];
  const isHere = await hasImage(await connectEngine(), k3sImage);
  return [
    engine,
    isHere
      ? { level: 'ok', title: 'image', detail: k3sImage, advice: '' }
      : {
          level: 'warning',
          title: 'image',
          detail: `not here yet: ${k3sImage}`,
          advice: `it is pulled when it is needed; before that: docker pull ${k3sImage}`,
        },
  ];
}
