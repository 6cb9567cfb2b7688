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
  const before = await idsInNode(docker, node, images);
  const wanted = new Map<string, string>();
  for (const image of images) {
    const engine = await idInEngine(docker, image);
    if (engine !== undefined && !isInNode(engine, before.get(image), loaded[image])) wanted.set(image, engine);
  }
  if (wanted.size === 0) return {};
  say(`loading ${wanted.size === 1 ? 'image' : 'images'} ${[...wanted.keys()].join(', ')}`);
  await node.load([...wanted.keys()], signal);
  const after = await idsInNode(docker, node, [...wanted.keys()]);
  return Object.fromEntries(
    [...wanted].flatMap(([image, engine]) => {
      const id = after.get(image);
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

/** Ids of those images that the node has. */
async function idsInNode(docker: Dockerode, { container }: ImageNode, images: string[]): Promise<Map<string, string>> {
  const ids = await Promise.all(
    images.map(async (image): Promise<[string, string][]> => {
      const { code, out } = await execInContainer(docker, container, ['crictl', 'inspecti', tagged(image)]);
      // crictl has no other way to say that there is none: loading it once more does no harm.
      return code === 0 ? [[image, (JSON.parse(out) as { status: { id: string } }).status.id]] : [];
    }),
  );
  return new Map(ids.flat());
}
