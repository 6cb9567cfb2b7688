import type { ContainerRuntimeOptions } from '../../kubelet/runtimes/container/container-options.ts';
import type { ServiceListener } from '../../proxy/listener.ts';
import { placesOf, type Route } from '../../proxy/service-routes.ts';
import { type HelperContainer, startHelper } from './helper-container.ts';

export interface ServiceContainersOptions extends Pick<ContainerRuntimeOptions, 'docker' | 'labels' | 'network' | 'inTurn'> {
  log(line: string): void;
}

/**
 * A container for each clusterIP that carries it in the lab's network and balances over the Service's ready endpoints, as kube-proxy would. Its
 * ports are those of the routes that are here now.
 */
export class ServiceContainers {
  private readonly options: ServiceContainersOptions;
  private readonly byAddress = new Map<string, ServiceContainer>();

  constructor(options: ServiceContainersOptions) {
    this.options = options;
  }

  /** One port of one Service. */
  listener(first: Route, onError: (error: NodeJS.ErrnoException, route: Route) => void): ServiceListener {
    const { address } = first;
    const container = this.byAddress.get(address) ?? new ServiceContainer(address, this.options);
    this.byAddress.set(address, container);
    let places = '';
    return {
      update: (route) => {
        const before = places;
        places = placesOf(route);
        container.put(route, (error) => onError(error, route));
        return places !== before;
      },
      stop: async () => {
        if (!container.take(first.port)) return;
        this.byAddress.delete(address);
        await container.stop();
      },
    };
  }
}

class ServiceContainer {
  private readonly routes = new Map<number, Route>();
  private readonly helper: Promise<HelperContainer | undefined>;
  private onError: (error: Error) => void = () => undefined;

  constructor(address: string, { docker, labels, network, inTurn, log }: ServiceContainersOptions) {
    this.helper = startHelper({
      docker,
      labels,
      network,
      inTurn,
      address,
      name: `${network}-service-${address.replaceAll('.', '-')}`,
      program: 'service-proxy',
      onLine: (line) => log(`service proxy ${address}: ${line}`),
    }).catch((error: Error) => {
      log(`service proxy ${address}: ${error.message}`);
      this.onError(error);
      return undefined;
    });
  }

  put(route: Route, onError: (error: NodeJS.ErrnoException) => void): void {
    this.onError = onError;
    this.routes.set(route.port, route);
    this.tell();
  }

  /** Answers whether that was its last port. */
  take(port: number): boolean {
    this.routes.delete(port);
    if (this.routes.size > 0) this.tell();
    return this.routes.size === 0;
  }

  async stop(): Promise<void> {
    await (await this.helper)?.stop();
  }

  private tell(): void {
    const routes = JSON.stringify([...this.routes.values()]);
    void this.helper.then((helper) => helper?.write(routes));
  }
}
