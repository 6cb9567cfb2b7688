import type Dockerode from 'dockerode';
import { hasImage } from '../../kubelet/runtimes/container/engine-images.ts';
import { execInContainer } from './exec-in-container.ts';

/** A node that images of the engine are loaded into. */
export interface ImageNode {
  /** Name of its container. */
  container: string;
  /** Loads images that the engine has. */
  load(images: string[], signal: AbortSignal | undefined): Promise<void>;
}

/**
 * Loads images of the engine into a node, those alone whose content the node does not have under that name. What the engine does not have is left to
 * the node to pull.
 */
export async function loadImages(
  docker: Dockerode,
  node: ImageNode,
  images: string[],
  { say, signal }: { say(text: string): void; signal?: AbortSignal | undefined },
): Promise<void> {
  const wanted: string[] = [];
  for (const image of images) {
    if (!(await hasImage(docker, image))) continue;
    const { Id } = await docker.getImage(image).inspect();
    if ((await idInNode(docker, node, image)) !== Id) wanted.push(image);
  }
  if (wanted.length === 0) return;
  say(`loading ${wanted.length === 1 ? 'image' : 'images'} ${wanted.join(', ')}`);
  await node.load(wanted, signal);
}

/** Id of an image of the node; undefined where it has none of that name. */
async function idInNode(docker: Dockerode, { container }: ImageNode, image: string): Promise<string | undefined> {
  const { code, out } = await execInContainer(docker, container, ['crictl', 'inspecti', image]);
  // crictl has no other way to say that there is none: loading it once more does no harm.
  return code === 0 ? (JSON.parse(out) as { status?: { id?: string } }).status?.id : undefined;
}
