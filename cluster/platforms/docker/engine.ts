import type Dockerode from 'dockerode';
import { PlatformUnavailable } from '../../platform.ts';

/** On everything of ours; its value is the lab's name. */
export const labLabel = 'shoplab.dev/lab';

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

/**
 * Labels for what a lab makes. With the session of testcontainers' reaper among them: when this process is gone, however it ended, the reaper
 * removes all that carries them.
 */
export async function labelsOf(lab: string): Promise<Record<string, string>> {
  const { getContainerRuntimeClient, getReaper, LABEL_TESTCONTAINERS_SESSION_ID } = await import('testcontainers');
  const { sessionId } = await getReaper(await getContainerRuntimeClient());
  return { [labLabel]: lab, 'org.testcontainers': 'true', [LABEL_TESTCONTAINERS_SESSION_ID]: sessionId };
}

/** Removes all containers and networks of a lab. Answers what was removed, in sentences. */
export async function removeAllOf(docker: Dockerode, lab: string): Promise<string[]> {
  const filters = { label: [`${labLabel}=${lab}`] };
  const said: string[] = [];
  for (const { Id, Names } of await docker.listContainers({ all: true, filters })) {
    await docker.getContainer(Id).remove({ force: true, v: true }).catch(ignoreGone);
    said.push(`removed container ${Names[0]?.replace(/^\//, '') ?? Id}`);
  }
  for (const { Id, Name } of await docker.listNetworks({ filters })) {
    await docker.getNetwork(Id).remove().catch(ignoreGone);
    said.push(`removed network ${Name}`);
  }
  return said;
}

/** Names of the labs that have something in the engine. */
export async function labsIn(docker: Dockerode): Promise<string[]> {
  const filters = { label: [labLabel] };
  const found = [...(await docker.listContainers({ all: true, filters })), ...(await docker.listNetworks({ filters }))];
  return [...new Set(found.flatMap(({ Labels }) => Labels?.[labLabel] ?? []))];
}

/** Another is removing it, or has. */
function ignoreGone(error: { statusCode?: number }): void {
  if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
}

/** Whether the engine says that there is none. */
export const isMissing = (error: unknown): boolean => (error as { statusCode?: number }).statusCode === 404;

/** Builds an image. Rejects with the step that failed. `labels`: on the image. */
export async function buildImage(
  docker: Dockerode,
  context: NodeJS.ReadableStream | Dockerode.ImageBuildContext,
  options: { dockerfile: string; t: string; buildargs: Record<string, string>; labels?: Record<string, string> },
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
