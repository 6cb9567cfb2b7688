import type { Registry } from '../../api/registry.ts';
import { helperImage } from '../../kubelet/runtimes/container/container-options.ts';
import { createContainerRuntime } from '../../kubelet/runtimes/container/container-runtime.ts';
import { traitsOf } from '../../kubelet/runtimes/container/engine-traits.ts';
import { oneAtATime } from '../../kubelet/runtimes/container/one-at-a-time.ts';
import type { Runtime } from '../../kubelet/runtimes/runtime.ts';
import type { LabNetwork } from '../../network.ts';
import { answerDns } from '../../proxy/dns-server.ts';
import { makeNetwork } from './docker-network.ts';
import { connectEngine, labLabel, removeAllOf } from './engine.ts';
import { ensureImage } from './ensure-image.ts';
import { type HelperContainer, startHelper } from './helper-container.ts';
import { reachPods } from './reach-pods.ts';
import { startReaper } from './reaper.ts';
import { ServiceContainers } from './service-containers.ts';
import { ensureShopImages } from './shop-images.ts';

/** What of a cluster is in the Docker engine: its network, its names, the addresses of its Services, and the containers of its Pods. */
export interface DockerLab {
  network: LabNetwork;
  /** Its addresses are not to be had on this machine, other than through the runtime's `dial`. */
  isRelayed: boolean;
  runtime: Runtime;
  services: ServiceContainers;
  /** Answers names from now on. */
  serveDns(registry: Registry): void;
  /** Takes away all that it made. */
  stop(): Promise<void>;
}

/** Makes the network and what Pods need in it. What was made is taken back before an error leaves. */
export async function startDockerLab(
  lab: string,
  { log, progress }: { log(line: string): void; progress(text: string): void },
): Promise<DockerLab> {
  progress('looking for a Docker engine');
  const docker = await connectEngine();
  const labels = { [labLabel]: lab };
  await removeAllOf(docker, lab);
  try {
    progress('starting the reaper');
    const reaper = await startReaper(docker, lab, progress);
    progress('making the lab’s network');
    const name = `shoplab-${lab}`;
    const network = await makeNetwork(docker, name, labels);
    const inTurn = oneAtATime();
    const traits = await traitsOf(docker);
    await ensureImage(docker, helperImage, progress);
    for (const image of await ensureShopImages(docker, progress)) log(`built ${image}`);
    let answer: (line: string) => void = () => undefined;
    const inNetwork = { docker, labels, network: name, inTurn };
    const dns = await startHelper({
      ...inNetwork,
      address: network.dnsIP,
      name: `${name}-dns`,
      program: 'dns-relay',
      onLine: (line) => answer(line),
    });
    const { dial, isRelayed } = await reachPods({ network, traits, helper: inNetwork, log });
    return {
      network,
      isRelayed,
      runtime: createContainerRuntime({ ...inNetwork, traits, dnsIP: network.dnsIP, dial, log }),
      services: new ServiceContainers({ ...inNetwork, log }),
      serveDns: (registry) => {
        answer = relay(dns, registry);
      },
      stop: async () => {
        await dns.stop();
        await removeAllOf(docker, lab);
        await reaper.stop();
      },
    };
  } catch (error) {
    await removeAllOf(docker, lab);
    throw error;
  }
}

const relay =
  (dns: HelperContainer, registry: Registry) =>
  (line: string): void => {
    const [number = '', question = ''] = line.split(' ');
    const answer = answerDns(registry, Buffer.from(question, 'base64'));
    if (answer) dns.write(`${number} ${answer.toString('base64')}`);
  };
