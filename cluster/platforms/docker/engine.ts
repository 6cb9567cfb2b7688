import { setTimeout as pause } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { sandboxLabel } from '../../kubelet/runtimes/container/pod-sandboxes.ts';
import { PlatformUnavailable } from '../../platform.ts';

/** On everything of ours; its value is the lab's name. */
export const labLabel = 'shoplab.dev/lab';
/** On the reaper, which must not find itself; its value is the lab's name. */
export const reaperLabel = 'shoplab.dev/reaper';

/** The engine that testcontainers finds: by DOCKER_HOST, docker's context, or the usual sockets. Rejects with PlatformUnavailable where there is none. */
export async function connectEngine(): Promise<Dockerode> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  try {
    return (await getContainerRuntimeClient()).container.dockerode;
  } catch (cause) {
    throw new PlatformUnavailable(
      `no Docker engine answers: ${(cause as Error).message}`,
      'start Docker, or set DOCKER_HOST; or use --platform local, which needs none',
      {
        cause,
      },
    );
  }
}

const goneWithinMs = 30_000;
const lookEveryMs = 100;

/** Removes all containers, networks and volumes of a lab. Answers what was removed, in sentences. */
export async function removeAllOf(docker: Dockerode, lab: string): Promise<string[]> {
  const filters = { label: [`${labLabel}=${lab}`] };
  const reaper = { label: [`${reaperLabel}=${lab}`] };
  const said: string[] = [];
  // A sandbox goes after those that share its network: Podman insists on that.
  const containers = await containersWith(docker, filters);
  const isSandbox = ({ Labels }: Dockerode.ContainerInfo): boolean => sandboxLabel in Labels;
  const inOrder = [
    ...containers.filter((one) => !isSandbox(one)),
    ...containers.filter(isSandbox),
    ...(await containersWith(docker, reaper)),
  ];
  for (const { Id, Names } of inOrder) {
    await docker.getContainer(Id).remove({ force: true, v: true }).catch(ignoreGone);
    said.push(`removed container ${Names[0]?.replace(/^\//, '') ?? Id}`);
  }
  // Where another removes a container too, its end is not here yet: until then the network has it.
  for (const untilMs = performance.now() + goneWithinMs; (await containersWith(docker, filters)).length > 0; await pause(lookEveryMs))
    if (performance.now() > untilMs) throw new Error(`containers of lab ${lab} are not gone after ${goneWithinMs / 1000} s`);
  for (const { Id, Name } of await docker.listNetworks({ filters })) {
    await docker.getNetwork(Id).remove().catch(ignoreGone);
    said.push(`removed network ${Name}`);
  }
  for (const { Name } of await volumesWith(docker, filters)) {
    await docker.getVolume(Name).remove().catch(ignoreGone);
    said.push(`removed volume ${Name}`);
  }
  return said;
}

/** Names of the labs that have something in the engine. */
export async function labsIn(docker: Dockerode): Promise<string[]> {
  const ofLab = { label: [labLabel] };
  const found = [
    ...(await containersWith(docker, ofLab)),
    ...(await containersWith(docker, { label: [reaperLabel] })),
    ...(await docker.listNetworks({ filters: ofLab })),
    ...(await volumesWith(docker, ofLab)),
  ];
  return [...new Set(found.flatMap(({ Labels }) => Labels?.[labLabel] ?? Labels?.[reaperLabel] ?? []))];
}

type Filters = { label: string[] };
const containersWith = (docker: Dockerode, filters: Filters) => docker.listContainers({ all: true, filters });
const volumesWith = async (docker: Dockerode, filters: Filters) => (await docker.listVolumes({ filters })).Volumes ?? [];

/** For a removal: another is removing it, or has. */
export function ignoreGone(error: { statusCode?: number }): void {
  if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
}

/** Builds an image. Rejects with the step that failed. */
export async function buildImage(
  docker: Dockerode,
  context: NodeJS.ReadableStream | Dockerode.ImageBuildContext,
  options: { dockerfile: string; t: string; buildargs: Record<string, string> },
): Promise<void> {
  const stream = await docker.buildImage(context as NodeJS.ReadableStream, options);
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(stream, (error, output: { error?: string }[]) => {
      const failed = error?.message ?? output.find((line) => line.error)?.error;
      if (failed) reject(new Error(`image ${options.t} could not be built: ${failed}`));
      else resolve();
    }),
  );
}
