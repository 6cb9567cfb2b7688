import { recordedPlatform } from '../recorded-platform.ts';
import { contextLabs } from './context-record.ts';

/** A cluster that is there and that others may use too: whatever the user's kubeconfig has. A lab is some namespaces of it. */
export const context = recordedPlatform({
  name: 'context',
  labs: contextLabs,
  clusters: () => import('./context-cluster.ts'),
  doctor: async (name) => (await import('./doctor.ts')).findingsOf(name),
});
