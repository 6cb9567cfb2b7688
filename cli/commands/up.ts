import { Flags } from '@oclif/core';
import type { Cluster } from '../../cluster/platform.ts';
import { BaseCommand } from '../base-command.ts';
import { consentFlag, labFlags, nodeFlags, nodeImageOf, platformNameOf, pushes, registryFlag, syncPeriodFlag } from '../flags.ts';

interface Up {
  name: string;
  kubeconfig: string;
  started: boolean;
  /** When each Pod was Ready, soonest first. */
  readyTimes: { pod: string; afterMs: number }[];
  urls: Record<string, string[]>;
}

export default class UpCommand extends BaseCommand {
  static override summary = 'Bring the shop up and leave it up, for you to play with.';
  static override description =
    `The shop runs in namespace shop; its Services answer on localhost. Real kubectl works against it with the kubeconfig that is printed. Doing it again applies again, and does what is missing of the lab; what it was made with it keeps (node image, sync period, ports on localhost), and where another is asked for that is refused.
It stays until \`shoplab down\`. Where the shop does not become Ready, what was started is ended.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'With the coupling of a control', command: '<%= config.bin %> <%= command.id %> --overlay async-decoupling/control' },
    { description: 'In a cluster that is there', command: '<%= config.bin %> <%= command.id %> --context minikube' },
    { description: 'Your own manifests', command: '<%= config.bin %> <%= command.id %> -k ./my-overlay' },
  ];
  static override flags = {
    ...labFlags,
    overlay: Flags.string({
      summary: 'Folder below manifests/overlays to apply, in place of the base.',
      helpValue: 'NAME',
      exclusive: ['kustomize'],
    }),
    kustomize: Flags.string({ char: 'k', summary: 'Kustomization folder of yours to apply, in place of the base.', helpValue: 'DIR' }),
    images: Flags.string({ summary: 'File that says what more images run as (images.yaml).', helpValue: 'FILE' }),
    ...nodeFlags,
    ...registryFlag,
    ...consentFlag,
    'hpa-sync-period': syncPeriodFlag('15s'),
  };

  async run(): Promise<Up> {
    const { flags } = await this.parse(UpCommand);
    const nodeImage = nodeImageOf(flags);
    const platformName = platformNameOf(flags);
    const [
      { choosePlatform },
      { bringUpLab, kustomizationFolder, shopNamespaceOf },
      { startProgress },
      { listenForInterrupt },
      { readLabContents },
    ] = await Promise.all([
      import('../choose-platform.ts'),
      import('../bring-up-lab.ts'),
      import('../progress/start-progress.ts'),
      import('../interrupt.ts'),
      import('../lab-contents.ts'),
    ]);
    const folder = kustomizationFolder(this.surroundings.manifests, flags);
    const platform = await choosePlatform(platformName);
    const namespace = shopNamespaceOf(platform, flags.name);
    if (flags.context !== undefined) {
      const { requireConsent } = await import('../require-consent.ts');
      await requireConsent(
        flags.context,
        [`It makes namespace ${namespace}, and applies ${folder} there.`, ...pushes(flags['image-registry'])],
        flags.yes,
      );
    }
    const progress = startProgress(this.surroundings);
    const interrupt = listenForInterrupt((line) => progress.tell(line));
    try {
      const cluster = await bringUpLab({
        platform,
        context: flags.context,
        imageRegistry: flags['image-registry'],
        name: flags.name,
        namespace,
        folder,
        ...(flags.kustomize === undefined && { manifests: this.surroundings.manifests }),
        imagesFile: flags.images,
        autoscalerSyncMs: flags['hpa-sync-period'],
        nodeImage,
        progress,
        signal: interrupt.signal,
      });
      const { services } = await readLabContents(cluster);
      const answering = services.filter((one) => one.namespace === namespace && one.urls.length > 0);
      for (const line of welcome(cluster, namespace, answering)) this.log(line);
      return {
        name: cluster.name,
        kubeconfig: cluster.kubeconfig,
        started: cluster.started,
        readyTimes: cluster.readyTimes,
        urls: Object.fromEntries(answering.map(({ name, urls }) => [name, urls])),
      };
    } finally {
      progress.stop();
      interrupt.release();
    }
  }
}

function welcome({ kubeconfig, name: lab }: Cluster, namespace: string, services: { name: string; urls: string[] }[]): string[] {
  const hasShop = services.some(({ name, urls }) => name === 'order' && urls.includes('http://localhost:8081'));
  return [
    ...services.map(({ name, urls }) => `${name.padEnd(10)} ${urls.join(' ')}`),
    '',
    `export KUBECONFIG=${kubeconfig}`,
    '',
    'Try:',
    ...(hasShop
      ? [
          '  http localhost:8081/orders productId=1 quantity=3 customerId="a@b.c" customerName="Lee" customerAddr="seoul"',
          '  http localhost:8082/deliveries',
          `  shoplab load -c2 -t10S -v --content-type "application/json" 'http://localhost:8081/orders POST {"productId": 1, "quantity": 3}'`,
        ]
      : []),
    `  kubectl -n ${namespace} get pods,deploy,svc`,
    ...(hasShop ? ['  shoplab exercise list'] : []),
    `  shoplab down${lab === 'shoplab' ? '' : ` --name ${lab}`}`,
  ];
}
