import type Dockerode from 'dockerode';
import type { StartRequest } from '../runtime.ts';
import { type ContainerRuntimeOptions, helperImage } from './container-options.ts';
import { isMissing } from './engine-images.ts';

const domain = 'svc.cluster.local';
/** On the sandbox of a Pod; its value is the Pod's name. */
export const sandboxLabel = 'shoplab.dev/sandbox';

/**
 * The network of each Pod: a container that does nothing and has the Pod's address, as the pause container of the kubelet's sandbox. The Pod's own
 * containers come and go in it, so that a port of one that has ended is refused at once, and those beside it keep their connections.
 */
export class PodSandboxes {
  private readonly options: ContainerRuntimeOptions;
  /** By the Pod's uid. */
  private readonly sandboxes = new Map<string, Promise<Dockerode.Container>>();

  constructor(options: ContainerRuntimeOptions) {
    this.options = options;
  }

  /** Id of the container whose network the Pod's containers share; it is made, or made again where it has ended. Rejects with what the engine says. */
  async of(request: StartRequest): Promise<string> {
    const { podUid } = request;
    // Whoever comes meanwhile takes the same; where it cannot be had, the next one tries again.
    const next = this.keepOrStart(this.sandboxes.get(podUid), request);
    this.sandboxes.set(podUid, next);
    return (await next).id;
  }

  /** The Pod is over. */
  async letGo(podUid: string): Promise<void> {
    const there = this.sandboxes.get(podUid);
    this.sandboxes.delete(podUid);
    const sandbox = await there?.catch(() => undefined);
    if (sandbox) await this.remove(sandbox);
  }

  private async keepOrStart(there: Promise<Dockerode.Container> | undefined, request: StartRequest): Promise<Dockerode.Container> {
    const sandbox = await there?.catch(() => undefined);
    if (sandbox && (await isRunning(sandbox))) return sandbox;
    // One that has ended lets go of its name.
    if (sandbox) await this.remove(sandbox);
    return this.start(request);
  }

  private async remove(sandbox: Dockerode.Container): Promise<void> {
    await this.options.inTurn(() => sandbox.remove({ force: true }).catch(ignoreMissing));
  }

  private async start({ namespace, hostname, podUid, podIP }: StartRequest): Promise<Dockerode.Container> {
    const { docker, labels, network, dnsIP, inTurn } = this.options;
    const container = await docker.createContainer({
      name: `shoplab-${namespace}-${hostname}-sandbox-${podUid.slice(0, 8)}`,
      Image: helperImage,
      Hostname: hostname,
      User: '65534',
      Entrypoint: ['sleep'],
      Cmd: ['infinity'],
      Labels: { ...labels, 'shoplab.dev/namespace': namespace, [sandboxLabel]: hostname },
      HostConfig: {
        NetworkMode: network,
        Dns: [dnsIP],
        DnsSearch: [`${namespace}.${domain}`, domain, 'cluster.local'],
        DnsOptions: ['ndots:5'],
      },
      NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: podIP } } } },
    });
    try {
      await inTurn(() => container.start());
    } catch (error) {
      await this.remove(container);
      throw error;
    }
    return container;
  }
}

async function isRunning(container: Dockerode.Container): Promise<boolean> {
  try {
    return (await container.inspect()).State.Running;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
