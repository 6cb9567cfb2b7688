import type Dockerode from 'dockerode';
import type { StartRequest } from '../runtime.ts';
import { type ContainerRuntimeOptions, helperImage } from './container-options.ts';

/** The volumes in memory that a container mounts: tmpfs volumes of the engine, made when the first container of the Pod comes. Throws where one cannot be had. */
export function memoryMounts(
  { podUid, mounts }: StartRequest,
  { labels, traits }: Pick<ContainerRuntimeOptions, 'labels' | 'traits'>,
): Dockerode.MountSettings[] {
  return mounts.flatMap(({ mountPath, readOnly, memory }) => {
    if (!memory) return [];
    // It would take a folder on disk for it, without a word, and without a limit.
    if (traits.podman) throw new Error(`volume "${memory.volume}" is in memory, which Podman makes none of for Docker's clients`);
    if (memory.subPath !== undefined)
      throw new Error(`volume "${memory.volume}" is in memory, of which this platform mounts no subPath ("${memory.subPath}")`);
    const size = memory.sizeBytes === undefined ? '' : `,size=${memory.sizeBytes}`;
    const options = { type: 'tmpfs', device: 'tmpfs', o: `mode=1777${size}` };
    return [
      {
        Type: 'volume',
        Source: `shoplab-${podUid}-${memory.volume}`,
        Target: mountPath,
        ReadOnly: readOnly ?? false,
        VolumeOptions: { NoCopy: true, Labels: labels, DriverConfig: { Name: 'local', Options: options } },
      },
    ];
  });
}

/**
 * Keeps the volumes in memory of each Pod mounted while its containers come and go: the engine lets go of a tmpfs that nobody has mounted, and what
 * was in it is lost. What keeps it is a container that does nothing.
 */
export class VolumeKeepers {
  private readonly options: ContainerRuntimeOptions;
  private readonly keepers = new Map<string, { keeper: Promise<Dockerode.Container>; volumes: Set<string> }>();

  constructor(options: ContainerRuntimeOptions) {
    this.options = options;
  }

  /** Before a container starts. Rejects with what the engine says. */
  async keep(request: StartRequest): Promise<void> {
    const mounts = memoryMounts(request, this.options);
    if (mounts.length === 0) return;
    const kept = this.keepers.get(request.podUid);
    if (kept && mounts.every(({ Source }) => kept.volumes.has(Source))) return void (await kept.keeper);
    // Containers of a Pod may mount different ones: the next keeper has those of all.
    const all = new Map([...(await this.mountsOf(request.podUid)), ...mounts].map((mount) => [mount.Source, mount]));
    const next = { keeper: this.start(request, [...all.values()]), volumes: new Set(all.keys()) };
    this.keepers.set(request.podUid, next);
    try {
      await next.keeper;
    } catch (error) {
      if (kept) this.keepers.set(request.podUid, kept);
      else this.keepers.delete(request.podUid);
      throw error;
    }
    await kept?.keeper.then((container) => container.remove({ force: true }));
  }

  /** The Pod is over: its volumes go. */
  async letGo(podUid: string): Promise<void> {
    const kept = this.keepers.get(podUid);
    this.keepers.delete(podUid);
    if (!kept) return;
    await (await kept.keeper).remove({ force: true });
    for (const name of kept.volumes) await this.options.docker.getVolume(name).remove();
  }

  private async mountsOf(podUid: string): Promise<Dockerode.MountSettings[]> {
    const kept = this.keepers.get(podUid);
    return kept ? ((await (await kept.keeper).inspect()).HostConfig.Mounts ?? []) : [];
  }

  private async start({ namespace, hostname, podUid }: StartRequest, mounts: Dockerode.MountSettings[]): Promise<Dockerode.Container> {
    const { docker, labels } = this.options;
    const container = await docker.createContainer({
      name: `shoplab-${namespace}-${hostname}-volumes-${podUid.slice(0, 8)}-${mounts.length}`,
      Image: helperImage,
      User: '65534',
      Cmd: ['sleep', 'infinity'],
      Labels: { ...labels, 'shoplab.dev/namespace': namespace, 'shoplab.dev/pod': hostname },
      HostConfig: { NetworkMode: 'none', Init: true, Mounts: mounts.map((mount, index) => ({ ...mount, Target: `/volumes/${index}` })) },
    });
    await container.start();
    return container;
  }
}
