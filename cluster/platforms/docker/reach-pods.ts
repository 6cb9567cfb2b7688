import { type Dial, dialDirectly } from '../../dial.ts';
import type { EngineTraits } from '../../kubelet/runtimes/container/engine-traits.ts';
import type { LabNetwork } from '../../network.ts';
import { PlatformUnavailable } from '../../platform.ts';
import { type HelperOptions, startHelper } from './helper-container.ts';
import { type Relay, relayAt } from './relayed-dial.ts';

/** Set to `true`: Pods are reached through the relay, also where their addresses can be; for machines that send 10.0.0.0/8 elsewhere. */
const relaySetting = 'SHOPLAB_DOCKER_RELAY';

/** A network that has just been made may lose the first packets; the kernel sends them again after 1, 3 and 7 s. */
const withinMs = 10_000;

const relayPort = 4000;

export interface ReachOptions {
  network: LabNetwork;
  traits: EngineTraits;
  helper: Pick<HelperOptions, 'docker' | 'labels' | 'network' | 'inTurn'>;
  log(line: string): void;
}

/**
 * How this machine reaches what has an address in the lab's network: directly, where that is a network of its own kernel, or through a relay in the
 * network, where the engine runs in a virtual machine or without root's rights. Rejects with PlatformUnavailable where neither works.
 */
export async function reachPods({ network, traits, helper, log }: ReachOptions): Promise<{ dial: Dial; isRelayed: boolean }> {
  const isWanted = process.env[relaySetting] === 'true';
  const why = isWanted ? `${relaySetting} is set` : (traits.apart ?? (await whyNot(dialDirectly, network)));
  if (why === undefined) return { dial: dialDirectly, isRelayed: false };
  let relay: Relay | undefined;
  const { published } = await startHelper({
    ...helper,
    address: network.relayIP,
    name: `${helper.network}-relay`,
    program: 'pod-relay',
    port: relayPort,
    onLine: (line) => relay?.hear(line),
  });
  if (!published) throw new Error('the relay has no published port');
  log(`Pods are reached through a relay at ${published.host}:${published.port}: ${why}`);
  relay = relayAt(published, network);
  const { dial } = relay;
  const failure = await whyNot(dial, network);
  if (failure === undefined) return { dial, isRelayed: true };
  throw new PlatformUnavailable(
    `containers can be reached neither by their addresses (${why}) nor through a published port (${failure})`,
    'see whether docker run --publish works on this machine; or use --platform local',
  );
}

/** Asks the DNS container for a port that nobody listens at: that it refuses is an answer. */
async function whyNot(dial: Dial, network: LabNetwork): Promise<string | undefined> {
  const late = AbortSignal.timeout(withinMs);
  try {
    (await dial({ host: network.dnsIP, port: 1 }, late)).destroy();
    return undefined;
  } catch (error) {
    if (late.aborted) return `${network.dnsIP} does not answer`;
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ECONNREFUSED' ? undefined : message;
  }
}
