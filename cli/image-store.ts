import { type ImageStore, PlatformUnavailable } from '../cluster/platform.ts';
import { findLab } from './choose-platform.ts';

/** Where images of a lab that is up are built. Rejects where it is not up, or takes its images from elsewhere. */
export async function findImageStore(platformName: string | undefined, lab: string): Promise<ImageStore> {
  const { cluster, platform } = await findLab(platformName, lab);
  if (!cluster) throw new PlatformUnavailable(`lab ${lab} is not up, so there is nothing to build an image for`, 'shoplab up');
  if (!cluster.images)
    throw new PlatformUnavailable(`platform ${platform.name} takes its images from Docker`, 'build them with docker build and docker push');
  return cluster.images;
}
