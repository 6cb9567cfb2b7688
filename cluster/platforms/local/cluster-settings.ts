/** What `up` tells the cluster process, as JSON in its one argument. */
export interface ClusterSettings {
  name: string;
  /** What its Pods are: processes of this machine, or containers of a Docker engine. */
  platform: 'local' | 'docker';
  /** Folder of all labs' state. */
  home: string;
  life: 'owner' | 'detached';
  localhostNamespace?: string;
  imagesFile?: string;
  /** How often the autoscaler's controller looks; 15 s if absent. */
  autoscalerSyncMs?: number;
}

/** What the cluster process tells `up`, a line each on its file descriptor 3. */
export type ClusterReport = { progress: string } | { ready: true } | { error: string };
