import type { Cluster, Platform } from '../cluster/platform.ts';
import { platforms } from '../cluster/platforms/platforms.ts';
import { UsageError } from './errors/usage-error.ts';
import { suggestion } from './nearest.ts';

/** The platform that `--platform` names. */
export async function choosePlatform(name: string): Promise<Platform> {
  const load = platforms[name];
  if (!load) throw new UsageError(`there is no platform '${name}'`, { hint: suggestion(name, Object.keys(platforms)) });
  return load();
}

/** The platform of a lab that is there: the one that was named, else the one that it is up on, else local. The cluster is absent where it is not up. */
export async function findLab(platformName: string | undefined, lab: string): Promise<{ platform: Platform; cluster?: Cluster }> {
  const names = platformName === undefined ? Object.keys(platforms) : [platformName];
  for (const name of names) {
    const platform = await choosePlatform(name);
    const cluster = await platform.find(lab);
    if (cluster) return { platform, cluster };
  }
  return { platform: await choosePlatform(names[0] ?? 'local') };
}

/** Platforms whose labs are found by what is written down of them: of docker the engine has to be asked, and there its reaper sees to what is left. */
export const recordedPlatforms = (): Promise<Platform[]> =>
  Promise.all(Object.keys(platforms).flatMap((name) => (name === 'docker' ? [] : [choosePlatform(name)])));
