import { BaseCommand } from '../base-command.ts';
import { labOfFlags } from '../flags.ts';
import type { PodRow, ServiceRow } from '../lab-contents.ts';

interface Status {
  name: string;
  platform: string;
  up: boolean;
  kubeconfig?: string;
  pods?: PodRow[];
  services?: ServiceRow[];
}

export default class StatusCommand extends BaseCommand {
  static override summary = 'Show whether a lab is up, its Pods, and where its Services answer.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];
  static override flags = { ...labOfFlags };

  async run(): Promise<Status> {
    const { flags } = await this.parse(StatusCommand);
    const { findLab } = await import('../choose-platform.ts');
    const { platform, cluster } = await findLab(flags.platform, flags.name);
    const others = (await platform.list()).filter((name) => name !== flags.name);
    const base = { name: flags.name, platform: platform.name };
    if (!cluster) {
      this.log(`lab ${flags.name} is not up${others.length > 0 ? `; there are: ${others.join(', ')}` : ''} (shoplab up starts it)`);
      return { ...base, up: false };
    }
    const [{ readLabContents }, { layOutTable }] = await Promise.all([import('../lab-contents.ts'), import('../../reports/text-table.ts')]);
    const { pods, services } = await readLabContents(cluster);
    this.log(`lab ${cluster.name} on platform ${platform.name} is up${pods.length === 0 ? ', without Pods' : ''}`);
    this.log(`  export KUBECONFIG=${cluster.kubeconfig}\n`);
    const tables = [
      [
        ['namespace', 'pod', 'ready', 'status', 'restarts'],
        ...pods.map((pod) => [pod.namespace, pod.name, pod.ready, pod.status, String(pod.restarts)]),
      ],
      [
        ['namespace', 'service', 'answers at'],
        ...services.map(({ namespace, name, urls }) => [namespace, name, urls.join(' ') || 'inside the cluster alone']),
      ],
    ];
    for (const table of tables.filter((rows) => rows.length > 1)) this.log(`${layOutTable(table, this.surroundings.columns).join('\n')}\n`);
    return { ...base, up: true, kubeconfig: cluster.kubeconfig, pods, services };
  }
}
