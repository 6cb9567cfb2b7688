import type Dockerode from 'dockerode';

export interface ContainerRuntimeOptions {
  docker: Dockerode;
  /** On everything that is made. */
  labels: Record<string, string>;
  /** Whether the engine is Podman, which names a container after itself, also where it shares another's network; Docker after that other. */
  podman: boolean;
  /** Name of the network that Pods have their addresses in. */
  network: string;
  /** Address of the DNS server for them. */
  dnsIP: string;
  /**
   * Whatever joins the network or leaves it goes through this: an engine (20.10) that does both at once may lose count of who is in it, and then
   * never lets go of the network.
   */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  log?: (line: string) => void;
}

/** For what has to be done in a container; the base image of the shop's own, so it is there as soon as those are. */
export const helperImage = 'node:24-slim';
