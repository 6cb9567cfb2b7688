import { basename, dirname } from 'node:path';
import { removeFolder } from '../../volumes/remove-folder.ts';
import type { Runtime, StartRequest } from '../runtime.ts';
import { type ContainerRuntimeOptions, helperImage } from './container-options.ts';
import { startContainer } from './start-container.ts';

/** What the engine says of an image that is not there, in one line. */
const sentence = (error: unknown): string => {
  const { json, message } = error as { json?: { message?: string }; message: string };
  return (json?.message ?? message).trim();
};

/** Containers of a Docker engine. Those of one Pod share the network of the one that was started first. */
export function createContainerRuntime(options: ContainerRuntimeOptions): Runtime {
  const { docker } = options;
  /** By the Pod's uid: the container whose network it is. */
  const owners = new Map<string, string>();
  return {
    scheme: 'docker',
    async hasImage(image) {
      try {
        await docker.getImage(tagged(image)).inspect();
        return true;
      } catch (error) {
        if ((error as { statusCode?: number }).statusCode === 404) return false;
        throw error;
      }
    },
    async pullImage(image) {
      try {
        const progress = await docker.pull(tagged(image));
        await new Promise<void>((resolve, reject) => docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve())));
        return { sizeBytes: (await docker.getImage(tagged(image)).inspect()).Size };
      } catch (error) {
        throw new Error(sentence(error), { cause: error });
      }
    },
    shortcomings: () => [],
    async start(request: StartRequest) {
      try {
        return await startContainer(request, options, owners);
      } catch (error) {
        throw new Error(sentence(error), { cause: error });
      }
    },
    async removeFolder(folder) {
      try {
        await removeFolder(folder);
      } catch (error) {
        // What a container wrote as another user is not this user's to remove: a container does it.
        if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
        await removeByContainer(folder, options);
      }
    },
    close: async () => undefined,
  };
}

async function removeByContainer(folder: string, { docker, labels }: ContainerRuntimeOptions): Promise<void> {
  const container = await docker.createContainer({
    Image: helperImage,
    User: '0',
    Cmd: ['rm', '-rf', `/parent/${basename(folder)}`],
    Labels: labels,
    HostConfig: { NetworkMode: 'none', Binds: [`${dirname(folder)}:/parent`] },
  });
  try {
    await container.start();
    const { StatusCode } = await container.wait();
    if (StatusCode !== 0) throw new Error(`${folder} could not be removed: rm in a container ended with ${StatusCode}`);
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/** As the engine lists it: without a tag it is `latest`, and Docker Hub goes without saying. */
function tagged(image: string): string {
  const name = image.replace(/^(docker\.io\/library\/|docker\.io\/)/, '');
  return /@|:[^/]*$/.test(name) ? name : `${name}:latest`;
}
