/** Where a Kubernetes API comes from: the whole contract of "where a cluster runs". */
export interface Platform {
  /** As `--platform` names it. */
  readonly name: string;
  /** Brings a cluster up, or answers the one of that name that is up. What was begun is taken back before an error leaves. */
  up(options: UpOptions): Promise<Cluster>;
  /** The cluster of that name if it is up. */
  find(name: string): Promise<Cluster | undefined>;
  /** Ends the cluster of that name with all that belongs to it, also what a killed one left. Answers what was ended, in sentences; [] if nothing. */
  down(name: string): Promise<string[]>;
  /** Names of the clusters that are up or have left something. */
  list(): Promise<string[]>;
  /** Whether what there is of that name was to end with a process that is gone. Not of a lab that `up` left up, also where that does not answer. */
  isAbandoned(name: string): Promise<boolean>;
  /** What stands in the way here, with what to do about it; no side effects. `context`: as UpOptions has it. */
  doctor(context?: string): Promise<Finding[]>;
}

export interface UpOptions {
  /** Labs of different names do not touch each other. */
  name: string;
  /** `owner`: the cluster ends with this process, however it ends. `detached`: it stays until `down`. */
  life: 'owner' | 'detached';
  /** LoadBalancer Services of this namespace answer on 127.0.0.1 at their port (those of others on an address of their own). */
  localhostNamespace?: string;
  /** Ports that those Services will have, for a platform that must know them beforehand. */
  localhostPorts?: number[];
  /** Of a cluster of kind or k3s that is created: the image of its node, which decides the version of Kubernetes; the usual one if absent. A cluster that is up keeps its own. */
  nodeImage?: string;
  /** Of a cluster that is there: which context of the kubeconfig. */
  context?: string;
  /** Of a cluster that is there: where all images of the lab are pushed to, and what its nodes pull from, for example `registry.example/team`. */
  imageRegistry?: string;
  /** More image mappings, an images.yaml of the user's. */
  imagesFile?: string;
  /** How often each HorizontalPodAutoscaler looks; as Kubernetes comes (15 s) if absent. A cluster that is up keeps its own. */
  autoscalerSyncMs?: number;
  signal?: AbortSignal;
  /** What is awaited, for progress. */
  onProgress?: (step: string) => void;
}

export interface Cluster {
  readonly name: string;
  readonly platform: string;
  /** File with the credentials (0600); real kubectl takes it by --kubeconfig. */
  readonly kubeconfig: string;
  /** Folder of the lab's own state (0700): logs, undo log, pid files. */
  readonly stateDir: string;
  /** Whether this call of `up` started it; else it was there before. */
  readonly started: boolean;
  /** Whether it deletes the namespaces of a run whose process is gone; else the run has to see to that. */
  readonly watchesOverRuns: boolean;
  /** Loads, and what else asks Services, have to come from inside it: between this machine and a Service is what is before no client in it. */
  readonly asksFromPod?: true;
  /** Genuine containers, which manifests of ours can be made safer for: the component of `manifests/components` that does that. */
  readonly podSecurity?: 'restricted';
  /** Its scheduler counts what Pods request: where nodes have no room for all variants of an experiment at once, they run one after the other. */
  readonly countsRequests?: true;
  /** What its metrics tell is means of 10 s and more, and old by then: what goes by them takes longer than on local and docker. */
  readonly lateMetrics?: true;
  /** Where LoadBalancers have no address: by port of a LoadBalancer Service, the node port that answers on 127.0.0.1 at that port. */
  readonly nodePorts?: Record<number, number>;
  /** As UpOptions has it. */
  readonly context?: string;
  /** Where others use the cluster too: what each namespace of the lab carries. One without it is not the lab's, and is left alone. */
  readonly namespaceLabels?: Record<string, string>;
  /** Where its images come from, as UpOptions has it; `imageChanges`: what Pods have to call them then. */
  readonly imageRegistry?: string;
  readonly imageChanges?: ImageChange[];
  /** What it was made with and keeps, as UpOptions has it; absent where that is not known. */
  readonly nodeImage?: string;
  readonly autoscalerSyncMs?: number;
  /** The images.yaml that it was started with, absolute. */
  readonly imagesFile?: string;
  /** Where images are built on a cluster that has a store of its own; absent where docker and a registry do that. */
  readonly images?: ImageStore;
  /** What an experiment should know of the place: gitVersion and so on come from the API itself. */
  stop(): Promise<void>;
}

/** An image by another name, as `images` of a kustomization has it. Where `name` has a tag, it is about that tag alone. */
export interface ImageChange {
  name: string;
  newName: string;
  newTag: string;
}

/** Builds images as `docker build` does, for one cluster. */
export interface ImageStore {
  /** Answers what of the Dockerfile was not carried out, in sentences. Rejects where it is bad. */
  build(request: { tag: string; context: string; file: string; buildArgs: Record<string, string> }): Promise<string[]>;
  /** Undefined for an image that is not there. */
  find(reference: string): Promise<unknown>;
  /** Gives the nodes an image of the engine of this machine, where they do not have it. Answers what Pods have to call it then, where that is another name. */
  bring?(reference: string): Promise<ImageChange[]>;
  /** Pushes it to the registry that its name says; absent: what was built is there. */
  push?(reference: string): Promise<void>;
}

export interface Finding {
  level: 'ok' | 'warning' | 'problem';
  title: string;
  detail: string;
  /** What to do; empty where all is well. */
  advice: string;
}

/** The platform cannot be had here: exit code 5. */
export class PlatformUnavailable extends Error {
  override readonly name = 'PlatformUnavailable';
  readonly hint: string;
  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}
