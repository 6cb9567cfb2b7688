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
