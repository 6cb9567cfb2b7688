import type { Platform } from '../../platform.ts';
import { withLabLock } from '../local/lab-lock.ts';
import { isAlive } from '../local/process-identity.ts';
import { contextLabs } from './context-cluster.ts';

/** A cluster that is there and that others may use too: whatever the user's kubeconfig has. A lab is some namespaces of it. */
export const context: Platform = {
  name: 'context',
  up: (options) =>
    withLabLock(contextLabs.folderOf(options.name), options.signal, async () => (await import('./context-cluster.ts')).bringUp(options)),
  async find(name) {
    const record = contextLabs.recordOf(name);
    if (!record || (record.life === 'owner' && !isAlive(record))) return undefined;
    return (await import('./context-cluster.ts')).clusterIfThere(record);
  },
  down: (name) => withLabLock(contextLabs.folderOf(name), undefined, async () => (await import('./context-cluster.ts')).takeDown(name)),
  list: async () => contextLabs.names(),
  doctor: async (name) => (await import('./doctor.ts')).findingsOf(name),
};
