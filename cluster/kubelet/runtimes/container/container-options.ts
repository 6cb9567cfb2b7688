import type Dockerode from 'dockerode';
import type { Dial } from '../../../dial.ts';
import type { EngineTraits } from './engine-traits.ts';

export interface ContainerRuntimeOptions {
  docker: Dockerode;
  /** On everything that is made. */
  labels: Record<string, string>;
  traits: EngineTraits;
  /** Name of the network that Pods have their addresses in. */
  network: string;
  /** Reaches addresses of that network. */
  dial: Dial;
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
