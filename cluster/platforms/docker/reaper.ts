import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { getContainerRuntimeClient } from 'testcontainers';
import type { Place } from '../../dial.ts';
import { labLabel, reaperLabel } from './engine.ts';
import { ensureImage } from './ensure-image.ts';
import { publish, publishedAt } from './publish.ts';

const port = 8080;
const answersWithinMs = 20_000;
/** How long it waits for a process that is gone to come back. */
const patience = '5s';

/** What removes a lab's things when this process does not do it any more. */
export interface Reaper {
  /** Lets it go; what it would have removed has been. */
  stop(): Promise<void>;
}

/**
 * Starts testcontainers' reaper (Ryuk) for one lab: 5 s after this process is gone, however it ended, it removes all that carries the lab's label.
 * Not the one that testcontainers' own sessions share, which removes nothing as long as any of them is open. Its settings are those of testcontainers:
 * RYUK_CONTAINER_IMAGE, TESTCONTAINERS_RYUK_PRIVILEGED, and TESTCONTAINERS_RYUK_DISABLED for none.
 */
export async function startReaper(docker: Dockerode, lab: string, progress: (text: string) => void): Promise<Reaper> {
  if (process.env.TESTCONTAINERS_RYUK_DISABLED === 'true') return { stop: async () => undefined };
  const { remoteSocketPath } = (await getContainerRuntimeClient()).info.containerRuntime;
  const image = process.env.RYUK_CONTAINER_IMAGE ?? 'testcontainers/ryuk:0.14.0';
  await ensureImage(docker, image, progress);
  const published = publish(port);
  const container = await docker.createContainer({
    name: `shoplab-${lab}-reaper`,
    Image: image,
    Env: [`RYUK_RECONNECTION_TIMEOUT=${patience}`],
    // The image says `true`, by which other test runs would take it for theirs.
    Labels: { [reaperLabel]: lab, 'org.testcontainers.ryuk': 'false' },
    ExposedPorts: published.ExposedPorts ?? {},
    HostConfig: {
      ...published.HostConfig,
      AutoRemove: true,
      Binds: [`${remoteSocketPath}:/var/run/docker.sock`],
      ...(process.env.TESTCONTAINERS_RYUK_PRIVILEGED === 'true' && { Privileged: true }),
    },
  });
  await container.start();
  const socket = await enlist(await publishedAt(container, port), `label=${labLabel}=${lab}`);
  return {
    stop: async () => {
      socket.destroy();
      await container.remove({ force: true, v: true }).catch(() => undefined); // it ended by itself
    },
  };
}

/** The connection that says that this process lives, with the reaper's acknowledgement. */
async function enlist(place: Place, filter: string): Promise<Socket> {
  for (const untilMs = performance.now() + answersWithinMs; ; await pause(50)) {
    const socket = connect(place);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.once('close', () => reject(new Error('it closed the connection')));
        socket.once('data', () => resolve());
        socket.write(`${filter}\n`);
      });
      // It goes with the engine, too; what becomes of the lab then is told by those that talk to that.
      socket.removeAllListeners().on('error', () => undefined);
      socket.unref();
      return socket;
    } catch (cause) {
      socket.destroy();
      if (performance.now() > untilMs) throw new Error(`the reaper does not answer at ${place.host}:${place.port}`, { cause });
    }
  }
}
