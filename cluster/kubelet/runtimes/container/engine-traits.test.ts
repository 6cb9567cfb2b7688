import type Dockerode from 'dockerode';
import { traitsOf } from './engine-traits.ts';

/** Answers as these engines gave them. */
const engine = (info: object, components: string[] = ['Engine']) =>
  ({
    version: async () => ({ Components: components.map((Name) => ({ Name })) }),
    info: async () => ({ OperatingSystem: 'Debian GNU/Linux 12 (bookworm)', ...info }),
  }) as unknown as Dockerode;

const seccomp = 'name=seccomp,profile=default';
const rootful = { SecurityOptions: [seccomp], CgroupDriver: 'cgroupfs', CgroupVersion: '1', CpuCfsQuota: true, MemoryLimit: true };
const nothingHeld = { unlimited: ['cpu', 'memory'], measures: false };

test.each([
  ['Docker, by root', engine(rootful), { podman: false, unlimited: [], measures: true }],
  [
    'Docker Desktop',
    engine({ ...rootful, OperatingSystem: 'Docker Desktop' }),
    { apart: 'the engine runs in a virtual machine', measures: true },
  ],
  [
    'rootless Docker without cgroups',
    engine({
      SecurityOptions: [seccomp, 'name=rootless'],
      CgroupDriver: 'none',
      CgroupVersion: '1',
      CpuCfsQuota: false,
      MemoryLimit: false,
    }),
    { apart: 'the engine is rootless', ...nothingHeld },
  ],
  [
    'rootless Docker on cgroup v2, without cpu delegated',
    engine({
      ...rootful,
      SecurityOptions: ['name=rootless', 'name=cgroupns'],
      CgroupDriver: 'systemd',
      CgroupVersion: '2',
      CpuCfsQuota: false,
    }),
    { apart: 'the engine is rootless', unlimited: ['cpu'], measures: true },
  ],
  ['Podman, by root', engine(rootful, ['Podman Engine', 'Conmon']), { podman: true, unlimited: [], measures: true }],
  [
    'rootless Podman on cgroup v1',
    engine({ ...rootful, Rootless: true }, ['Podman Engine']),
    { apart: 'the engine is rootless', ...nothingHeld },
  ],
])('%s', async (_name, docker, traits) => {
  const found = await traitsOf(docker);
  expect(found).toMatchObject(traits);
  expect('apart' in found).toBe('apart' in traits);
});
