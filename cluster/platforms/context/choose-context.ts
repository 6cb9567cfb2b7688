import { existsSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import { PlatformUnavailable } from '../../platform.ts';
import { k3sLabs, kindLabs } from '../one-node/node-record.ts';

/** A context of the user's kubeconfig. */
export interface ChosenContext {
  context: string;
  /** Where its API server is. */
  server: string;
  /** Whether the cluster is one that shoplab created: a lab of the platforms kind or k3s. */
  isOurs: boolean;
  /** That context alone, with its credentials: text of a kubeconfig. */
  kubeconfig: string;
}

/** The context of that name, from where kubectl takes it: the files of KUBECONFIG, else ~/.kube/config. Nothing is asked of its server. */
export function chooseContext(name: string): ChosenContext {
  const all = new KubeConfig();
  try {
    all.loadFromDefault();
  } catch (cause) {
    throw new PlatformUnavailable(`the kubeconfig cannot be read: ${(cause as Error).message}`, 'mend it, or set KUBECONFIG', { cause });
  }
  const context = all.getContextObject(name);
  const cluster = context && all.getCluster(context.cluster);
  const user = context && all.getUser(context.user);
  if (!cluster || !user) {
    const names = all.contexts.map((one) => one.name).filter((one) => one !== 'loaded-context');
    throw new PlatformUnavailable(
      `the kubeconfig has no ${context ? `cluster and user for context '${name}'` : `context '${name}'`}`,
      names.length > 0 ? `choose one of: ${names.join(', ')}` : 'it has none at all: set KUBECONFIG to the file that has it',
    );
  }
  const one = new KubeConfig();
  one.loadFromOptions({ clusters: [cluster], users: [user], contexts: [context], currentContext: name });
  return { context: name, server: cluster.server, isOurs: clustersOfLabs().has(identityOf(cluster)), kubeconfig: one.exportConfig() };
}

/** A port of this machine may be another cluster's by now: its certificates are not. */
const identityOf = ({ server, caData = '' }: { server: string; caData?: string }): string => `${server} ${caData}`;

/** The clusters that shoplab created. */
function clustersOfLabs(): Set<string> {
  return new Set(
    [kindLabs, k3sLabs].flatMap((labs) =>
      labs.names().flatMap((lab) => {
        const config = new KubeConfig();
        const file = labs.kubeconfigOf(lab);
        // One that is just being created has none yet.
        if (existsSync(file)) config.loadFromFile(file);
        return config.clusters.map(identityOf);
      }),
    ),
  );
}
