import type Dockerode from 'dockerode';
import { tagged } from '../../kubelet/runtimes/container/engine-images.ts';
import { type ImageChange, type ImageStore, PlatformUnavailable } from '../../platform.ts';
import { connectEngine } from '../docker/engine.ts';
import { ensureImage } from '../docker/ensure-image.ts';
import { dockerImageStore } from '../docker/image-store.ts';
import { contentImages, ensureShopImages, publicImages } from '../docker/shop-images.ts';
import { runProgram } from '../run-program.ts';
import { nameInRegistry } from './name-in-registry.ts';

interface Pushing {
  say(text: string): void;
  signal?: AbortSignal | undefined;
}

/** Pushes by the command line of Docker, which knows who may: `docker login`. What the registry has of it is not sent again. */
const push = async (reference: string, signal?: AbortSignal): Promise<void> =>
  void (await runProgram('docker', ['push', reference], { signal }));

/**
 * Gives a registry all images that a lab needs, from which a cluster pulls them: those of the shop under names of their content
 * (`REGISTRY/shoplab/order:content-…`), the public ones under their own (`REGISTRY/apache/kafka:4.1.2`). Answers what they are called there. Rejects
 * where there is no engine, the engine cannot have one of them, or the registry does not take them.
 */
export async function pushImages(registry: string, pushing: Pushing): Promise<ImageChange[]> {
  const docker = await connectEngine();
  await ensureShopImages(docker, pushing.say);
  const changes: ImageChange[] = [];
  for (const { name, image, tag } of contentImages()) {
    const change = { name, newName: `${registry}/${name}`, newTag: tag };
    await pushAs(docker, image, change, pushing);
    changes.push(change);
  }
  for (const image of publicImages) changes.push(await pushPublicImage(docker, registry, image, pushing));
  return changes;
}

async function pushPublicImage(docker: Dockerode, registry: string, image: string, pushing: Pushing): Promise<ImageChange> {
  try {
    await ensureImage(docker, image, pushing.say);
  } catch (cause) {
    throw new PlatformUnavailable(
      `the engine cannot have image ${image}, which ${registry} is to get: ${(cause as Error).message}`,
      `give it to the engine by docker pull or docker load, under that name`,
      { cause },
    );
  }
  const { Id } = await docker.getImage(tagged(image)).inspect();
  const change = nameInRegistry(registry, image, Id);
  await pushAs(docker, image, change, pushing);
  return change;
}

async function pushAs(docker: Dockerode, image: string, { newName, newTag }: ImageChange, { say, signal }: Pushing): Promise<void> {
  signal?.throwIfAborted();
  await docker.getImage(tagged(image)).tag({ repo: newName, tag: newTag });
  say(`pushing ${newName}:${newTag}`);
  await push(`${newName}:${newTag}`, signal);
}

/** Builds with the engine, and pushes what a cluster is to pull. */
export const registryStore = (registry: string): ImageStore => ({
  ...dockerImageStore,
  push,
  // What the user has put into that registry is there.
  bring: async (image) =>
    image.startsWith(`${registry}/`) ? [] : [await pushPublicImage(await connectEngine(), registry, image, { say: () => undefined })],
});
