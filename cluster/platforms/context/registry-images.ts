import type { ImageChange, ImageStore } from '../../platform.ts';
import { connectEngine } from '../docker/engine.ts';
import { dockerImageStore } from '../docker/image-store.ts';
import { contentImages, ensureShopImages } from '../docker/shop-images.ts';
import { runProgram } from '../run-program.ts';

/** Pushes by the command line of Docker, which knows who may: `docker login`. */
const push = async (reference: string, signal?: AbortSignal): Promise<void> =>
  void (await runProgram('docker', ['push', reference], { signal }));

/**
 * Gives a registry the images of the shop, under names of their content (`REGISTRY/shoplab/order:content-…`), from which a cluster pulls them. Answers what
 * they are called there. Rejects where there is no engine, or the registry does not take them.
 */
export async function pushShopImages(
  registry: string,
  { say, signal }: { say(text: string): void; signal?: AbortSignal | undefined },
): Promise<ImageChange[]> {
  const docker = await connectEngine();
  await ensureShopImages(docker, say);
  const changes: ImageChange[] = [];
  for (const { name, image, tag } of contentImages()) {
    const repo = `${registry}/${name}`;
    await docker.getImage(image).tag({ repo, tag });
    say(`pushing ${repo}:${tag}`);
    await push(`${repo}:${tag}`, signal);
    changes.push({ name, newName: repo, newTag: tag });
  }
  return changes;
}

/** Builds with the engine, and pushes what a cluster is to pull. */
export const registryStore: ImageStore = { ...dockerImageStore, push };
