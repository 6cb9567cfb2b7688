import type Dockerode from 'dockerode';
import { isMissing, tagged } from '../../kubelet/runtimes/container/engine-images.ts';
import { execInContainer } from './exec-in-container.ts';

/** A node that images of the engine are loaded into. */
export interface ImageNode {
  /** Name of its container. */
  container: string;
  /** Loads images that the engine has. */
  load(images: string[], signal: AbortSignal | undefined): Promise<void>;
}

/** Images by name, as they were loaded: what the engine called the content, and what the node calls it. */
export type LoadedImages = Record<string, { engine: string; node: string }>;

/**
 * Loads images of the engine into a node, those alone whose content the node does not have under that name. What the engine does not have is left to
 * the node to pull. Answers what was loaded. `loaded`: what was before.
 */
export async function loadImages(
  docker: Dockerode,
  node: ImageNode,
  images: string[],
  { loaded, say, signal }: { loaded: LoadedImages; say(text: string): void; signal?: AbortSignal | undefined },
): Promise<LoadedImages> {
  const before = await idsInNode(docker, node);
  const wanted = new Map<string, string>();
  for (const image of images) {
    const engine = await idInEngine(docker, image);
    if (engine !== undefined && !isInNode(engine, before.get(tagged(image)), loaded[image])) wanted.set(image, engine);
  }
  if (wanted.size === 0) return {};
  say(`loading ${wanted.size === 1 ? 'image' : 'images'} ${[...wanted.keys()].join(', ')}`);
  await node.load([...wanted.keys()], signal);
  const after = await idsInNode(docker, node);
  return Object.fromEntries(
    [...wanted].flatMap(([image, engine]) => {
      const id = after.get(tagged(image));
      return id === undefined ? [] : [[image, { engine, node: id }]];
    }),
  );
}

/**
 * Whether a node has the content that the engine has under a name. A node calls it by its configuration, as does Docker's older image store; by that of
 * containerd it is called by its manifest, and which is which is known from when it was loaded.
 */
export const isInNode = (engine: string, node: string | undefined, loaded: LoadedImages[string] | undefined): boolean =>
  node !== undefined && (node === engine || (loaded?.engine === engine && loaded.node === node));

async function idInEngine(docker: Dockerode, image: string): Promise<string | undefined> {
  try {
    return (await docker.getImage(tagged(image)).inspect()).Id;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Ids of the images of the node, by the names that the engine has for them. */
async function idsInNode(docker: Dockerode, { container }: ImageNode): Promise<Map<string, string>> {
  const { code, out, err } = await execInContainer(docker, container, ['crictl', 'images', '--output', 'json']);
  if (code !== 0) throw new Error(`node ${container} does not tell its images: ${err.trim()}`);
  const { images } = JSON.parse(out) as { images: { id: string; repoTags?: string[] | null }[] };
  return new Map(images.flatMap(({ id, repoTags }) => (repoTags ?? []).map((tag) => [tagged(tag), id])));
}
