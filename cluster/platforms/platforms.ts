import type { Platform } from '../platform.ts';

/** All platforms by the name that `--platform` takes; each is imported when it is asked for. */
export const platforms: Record<string, () => Promise<Platform>> = {
  local: async () => (await import('./local/local.ts')).local,
  docker: async () => (await import('./docker/docker.ts')).docker,
  kind: async () => (await import('./kind/kind.ts')).kind,
  k3s: async () => (await import('./k3s/k3s.ts')).k3s,
  context: async () => (await import('./context/context.ts')).context,
};
