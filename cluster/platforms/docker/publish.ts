import type Dockerode from 'dockerode';
import type { Place } from '../../dial.ts';

type Wanted = Pick<Dockerode.ContainerCreateOptions, 'ExposedPorts'> & { HostConfig: Pick<Dockerode.HostConfig, 'PortBindings'> };

/** What a container is created with so that one of its ports answers on this machine alone, whether the engine's network is one of its kernel or not; `publishedAt` says at which. */
export const publish = (port: number): Wanted => ({
  ExposedPorts: { [`${port}/tcp`]: {} },
  HostConfig: { PortBindings: { [`${port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: '' }] } },
});

/** Of a container that has started. It takes connections before anybody listens behind it. */
export async function publishedAt(container: Dockerode.Container, port: number): Promise<Place> {
  const published = (await container.inspect()).NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort;
  if (!published) throw new Error(`the engine publishes no port ${port} of container ${container.id}`);
  return { host: '127.0.0.1', port: Number(published) };
}
