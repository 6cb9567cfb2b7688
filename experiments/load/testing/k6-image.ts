import { fileURLToPath } from 'node:url';
import { dockerImageStore } from '../../../cluster/platforms/docker/image-store.ts';

/** Builds k6's stand-in as an image of the engine, for tests, and answers its name. `aheadS`: by how many seconds its clock is ahead. */
export async function buildK6StandIn(aheadS = 0): Promise<string> {
  const context = fileURLToPath(new URL('k6', import.meta.url));
  const tag = `shoplab/k6-stand-in:ahead-${aheadS}`;
  await dockerImageStore.build({ tag, context, file: `${context}/Dockerfile`, buildArgs: { AHEAD: String(aheadS) } });
  return tag;
}
