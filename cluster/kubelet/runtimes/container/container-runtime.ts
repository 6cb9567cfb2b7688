import { basename, dirname } from 'node:path';
import { removeFolder } from '../../volumes/remove-folder.ts';
import type { Runtime, StartRequest } from '../runtime.ts';
import { type ContainerRuntimeOptions, helperImage } from './container-options.ts';
import { EngineHealth } from './engine-health.ts';
import { hasImage, pullImage, tagged } from './engine-images.ts';
import { VolumeKeepers } from './memory-volumes.ts';
import { PodSandboxes } from './pod-sandboxes.ts';
import { startContainer } from './start-container.ts';

/** What the engine says of an image that is not there, in one line. */
const sentence = (error: unknown): string => {
  const { json, message } = error as { json?: { message?: string }; message: string };
  return (json?.message ?? message).trim();
};

/** Containers of a Docker engine. Those of one Pod share the network of its sandbox. */
export function createContainerRuntime(options: ContainerRuntimeOptions): Runtime {
  const { docker, log = () => undefined } = options;
  const sandboxes = new PodSandboxes(options);
  const keepers = new VolumeKeepers(options);
  const health = new EngineHealth(docker);
  return {
    scheme: 'docker',
    dial: options.dial,
    hasImage: (image) => hasImage(docker, image),
    async pullImage(image) {
      try {
        await pullImage(docker, image, sayInTens(image, log));
        return { sizeBytes: (await docker.getImage(tagged(image)).inspect()).Size };
      } catch (error) {
        throw new Error(sentence(error), { cause: error });
      }
    },
    shortcomings({ name, limits = {} }) {
      const asked = { cpu: limits.cpuCores, memory: limits.memoryBytes };
      const lost = options.traits.unlimited.filter((resource) => asked[resource] !== undefined);
      return lost.length === 0
        ? []
        : [`Container ${name} is not held to its limit of ${lost.join(' and ')}: the engine has no cgroups for it`];
    },
    async start(request: StartRequest) {
      try {
        await keepers.keep(request);
        return await startContainer(request, options, { sandbox: await sandboxes.of(request), health });
      } catch (error) {
        throw new Error(sentence(error), { cause: error });
      }
    },
    async health() {
      try {
        await health.ask();
      } catch (error) {
        throw new Error(sentence(error), { cause: error });
      }
    },
    async userOf(image) {
      const { User = '' } = (await docker.getImage(tagged(image)).inspect()).Config;
      const [user = ''] = User.split(':');
      return /^\d*$/.test(user) ? Number(user) : user;
    },
    forget: async (podUid) => {
      await Promise.all([sandboxes.letGo(podUid), keepers.letGo(podUid)]);
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

/** Tells of each tenth of a pull once. */
function sayInTens(image: string, log: (line: string) => void): (done: number, of: number) => void {
  let told = 0;
  return (done, of) => {
    const tenth = Math.floor((10 * done) / of);
    if (tenth <= told) return;
    told = tenth;
    log(`pulling ${image}: ${Math.round(done)} of ${Math.round(of)} MB`);
  };
}
