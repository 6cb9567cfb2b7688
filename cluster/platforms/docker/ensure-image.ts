import type Dockerode from 'dockerode';
import { hasImage, pullImage } from '../../kubelet/runtimes/container/engine-images.ts';

/** Pulls an image that the lab itself needs, unless it is there. */
export async function ensureImage(docker: Dockerode, image: string, progress: (text: string) => void): Promise<void> {
  if (await hasImage(docker, image)) return;
  progress(`pulling ${image}`);
  await pullImage(docker, image, (done, of) => progress(`pulling ${image}: ${Math.round(done)} of ${Math.round(of)} MB`));
}
