import type Dockerode from 'dockerode';
import { hasImage } from '../../kubelet/runtimes/container/engine-images.ts';
import { PlatformUnavailable } from '../../platform.ts';
import { runProgram } from './kind-program.ts';

/**
 * Loads images of the engine into the node of a kind cluster, those alone whose content the node does not have under that name. What the engine does
 * not have is left to the node to pull. Answers what was loaded.
 */
export async function loadImages(
  docker: Dockerode,
  cluster: string,
  images: string[],
  { say, signal }: { say(text: string): void; signal?: AbortSignal | undefined },
): Promise<string[]> {
  const wanted: string[] = [];
  for (const image of images) {
    if (!(await hasImage(docker, image))) continue;
    const { Id } = await docker.getImage(image).inspect();
    if ((await idInNode(cluster, image)) !== Id) wanted.push(image);
  }
  if (wanted.length > 0) {
    say(`loading ${wanted.length === 1 ? 'image' : 'images'} ${wanted.join(', ')}`);
    await runProgram('kind', ['load', 'docker-image', ...wanted, '--name', cluster], { signal });
  }
  return wanted;
}

/** Id of an image of the node; undefined where it has none of that name. */
async function idInNode(cluster: string, image: string): Promise<string | undefined> {
  try {
    const { status } = JSON.parse(await runProgram('docker', ['exec', `${cluster}-control-plane`, 'crictl', 'inspecti', image])) as {
      status?: { id?: string };
    };
    return status?.id;
  } catch (error) {
    if (error instanceof PlatformUnavailable) throw error;
    return undefined; // crictl has no other way to say that there is none: loading it once more does no harm
  }
}
