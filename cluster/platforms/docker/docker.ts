import { hasImage } from '../../kubelet/runtimes/container/engine-images.ts';
import { traitsOf } from '../../kubelet/runtimes/container/engine-traits.ts';
import type { Finding, Platform } from '../../platform.ts';
import { labPlatform } from '../local/local.ts';
import { connectEngine, labsIn, removeAllOf } from './engine.ts';
import { problem } from './engine-finding.ts';
import { publicImages } from './shop-images.ts';

/** The same Kubernetes, whose Pods are containers of a Docker engine: real PostgreSQL, real Kafka, the shop's images. */
export const docker: Platform = labPlatform({
  name: 'docker',
  require: connectEngine,
  reap: async (lab) => removeAllOf(await connectEngine(), lab),
  list: async () => labsIn(await connectEngine()),
  doctor,
});

const wantedBytes = 2 * 1024 ** 3;

async function doctor(): Promise<Finding[]> {
  let engine: Awaited<ReturnType<typeof connectEngine>>;
  try {
    engine = await connectEngine();
  } catch (error) {
    return [problem('Docker engine', error)];
  }
  const { ServerVersion, OperatingSystem, MemTotal, NCPU } = await engine.info();
  const { podman, apart, unlimited } = await traitsOf(engine);
  const kind = podman ? 'Podman ' : '';
  const gib = Math.round((MemTotal / 1024 ** 3) * 10) / 10;
  // Asked one by one: an engine may list them by longer names.
  const missing: string[] = [];
  for (const image of publicImages) if (!(await hasImage(engine, image))) missing.push(image);
  return [
    {
      level: 'ok',
      title: 'Docker engine',
      detail: `${kind}${ServerVersion} on ${OperatingSystem}, ${NCPU} CPUs${apart ? `; ${apart}: Pods are reached through a relay` : ''}`,
      advice: '',
    },
    ...(unlimited.length === 0 ? [] : [limitsFinding(unlimited)]),
    MemTotal >= wantedBytes
      ? { level: 'ok', title: 'memory', detail: `${gib} GiB`, advice: '' }
      : { level: 'warning', title: 'memory', detail: `${gib} GiB`, advice: 'the shop with Kafka takes about 1 GiB: give the engine more' },
    missing.length === 0
      ? { level: 'ok', title: 'images', detail: publicImages.join(', '), advice: '' }
      : {
          level: 'warning',
          title: 'images',
          detail: `not here yet: ${missing.join(', ')}`,
          advice: `they are pulled when they are needed; before that: docker pull ${missing[0]}`,
        },
  ];
}

const limitsFinding = (unlimited: string[]): Finding => ({
  level: 'warning',
  title: 'limits',
  detail: `the engine holds no limits of ${unlimited.join(' and ')}, and may not know what containers use`,
  advice: 'a rootless engine takes cgroup v2, with cpu and memory delegated to its user; without them hpa proves nothing',
});
