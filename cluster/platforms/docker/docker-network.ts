import { connect } from 'node:net';
import type Dockerode from 'dockerode';
import { LabNetwork } from '../../network.ts';
import { PlatformUnavailable } from '../../platform.ts';

/** What testcontainers' users rarely have: 10.64 to 10.191. */
const [first, last] = [64, 191];

/** Makes the network of a lab: a /16 that overlaps with none that the engine has. */
export async function makeNetwork(docker: Dockerode, name: string, labels: Record<string, string>): Promise<LabNetwork> {
  for (let tried = 0; tried <= last - first; tried += 1) {
    const network = new LabNetwork(`10.${first + ((process.pid + tried) % (last - first + 1))}`);
    const subnet = `${network.prefix}.0.0/16`;
    try {
      await docker.createNetwork({
        Name: name,
        CheckDuplicate: true,
        Driver: 'bridge',
        Labels: labels,
        IPAM: { Driver: 'default', Config: [{ Subnet: subnet, Gateway: network.nodeIP }] },
      });
      return network;
    } catch (error) {
      if (!/overlap/i.test((error as Error).message)) throw error;
    }
  }
  throw new PlatformUnavailable(
    'every subnet that a lab could have overlaps with one of the engine',
    'remove networks that are not used: docker network prune',
  );
}

/** A network that has just been made may lose the first packets; the kernel sends them again after 1, 3 and 7 s. */
const withinMs = 10_000;

/** Rejects where this machine does not reach what has an address in the network: a refused connection is an answer, too. */
export async function requireReach(address: string): Promise<void> {
  const socket = connect({ host: address, port: 1 });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.setTimeout(withinMs, () => reject(new Error('it does not answer')));
      socket.once('connect', resolve);
      socket.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNREFUSED' ? resolve() : reject(error)));
    });
  } catch (cause) {
    throw new PlatformUnavailable(
      `containers cannot be reached from this machine by their addresses (${address}: ${(cause as Error).message})`,
      'that takes an engine on this machine, run by root: neither Docker Desktop nor a rootless engine; use --platform local',
      { cause },
    );
  } finally {
    socket.destroy();
  }
}
