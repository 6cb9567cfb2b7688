import type Dockerode from 'dockerode';

/** What of an engine makes a difference to a lab. */
export interface EngineTraits {
  /** It is Podman, by its socket for Docker's clients. */
  podman: boolean;
  /** Why its networks are not networks of this machine's kernel; absent where they are. */
  apart?: string;
  /** The resources that it holds no limits of, for want of cgroups that it may write. */
  unlimited: ('cpu' | 'memory')[];
  /** Whether it knows what a container uses: without cgroups it tells of all processes together. */
  measures: boolean;
}

interface Info {
  OperatingSystem: string;
  SecurityOptions?: string[];
  /** Podman's word for it. */
  Rootless?: boolean;
  CgroupDriver?: string;
  CgroupVersion?: string;
  CpuCfsQuota?: boolean;
  MemoryLimit?: boolean;
}

/** Asks the engine. */
export async function traitsOf(docker: Dockerode): Promise<EngineTraits> {
  const { Components = [] } = (await docker.version()) as { Components?: { Name: string }[] };
  const { OperatingSystem, SecurityOptions = [], CpuCfsQuota, MemoryLimit, ...info } = (await docker.info()) as Info;
  const isRootless = info.Rootless === true || SecurityOptions.some((option) => option.startsWith('name=rootless'));
  const isVirtual = process.platform !== 'linux' || OperatingSystem === 'Docker Desktop';
  // Of version 1 nobody but root may write any, whatever else the engine says.
  const hasCgroups = info.CgroupDriver !== 'none' && !(isRootless && info.CgroupVersion === '1');
  const lacks = (told: boolean | undefined): boolean => !hasCgroups || told === false;
  return {
    podman: Components.some(({ Name }) => Name.startsWith('Podman')),
    ...(isVirtual && { apart: 'the engine runs in a virtual machine' }),
    ...(isRootless && { apart: 'the engine is rootless' }),
    unlimited: [...(lacks(CpuCfsQuota) ? ['cpu' as const] : []), ...(lacks(MemoryLimit) ? ['memory' as const] : [])],
    measures: hasCgroups,
  };
}
