import type { Platform } from '../cluster/platform.ts';
import { platforms } from '../cluster/platforms/platforms.ts';
import { UsageError } from './errors/usage-error.ts';
import { suggestion } from './nearest.ts';

/** The platform that `--platform` names. */
export async function choosePlatform(name: string): Promise<Platform> {
  const load = platforms[name];
  if (!load) throw new UsageError(`there is no platform '${name}'`, { hint: suggestion(name, Object.keys(platforms)) });
  return load();
}
