import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { KindTestLab } from '../../cluster/platforms/kind/testing/kind-test-lab.ts';
import { CliRuns } from './cli-runs.ts';
import { Program } from './program.ts';

/** Runs of the CLI in a lab on genuine Kubernetes. */
export class KindLab extends KindTestLab {
  readonly runs = new CliRuns(this.state);
  /** Flags by which a command means this lab. */
  readonly words = ['--platform', 'kind', '--name', this.name];

  run(...words: string[]): Program {
    return new Program(['run', ...words, ...this.words], { XDG_STATE_HOME: this.state });
  }

  /** Namespaces of variants, a line each. `experiment`: of that one alone. */
  namespacesOfRuns(experiment = '[a-z-]+'): Promise<string> {
    return this.namesLike(`namespace/${runOf(experiment)}`, 'namespaces', '--selector', 'shoplab.dev/run');
  }

  /** Rights of a run's switch go with its namespace, when the cluster's garbage collector has seen that. Rejects after half a minute. */
  async untilRightsAreGone(experiment = '[a-z-]+'): Promise<void> {
    const rights = () => this.namesLike(`.*/shoplab-switch-${runOf(experiment)}`, 'clusterroles,clusterrolebindings');
    for (const untilMs = Date.now() + 30_000; (await rights()) !== ''; await pause(500))
      if (Date.now() > untilMs) throw new Error(`there still are ${await rights()}`);
  }

  /** Somebody who comes to its cluster by a context of theirs, with the rights of manifests/rbac.yaml alone; `words` mean that context. */
  async withLeastRights(): Promise<{ theirs: CliRuns; words: string[] }> {
    const theirs = new CliRuns();
    await this.kubectl('apply', '--filename', 'manifests/rbac.yaml');
    const token = await this.kubectl('--namespace', 'shoplab-access', 'create', 'token', 'shoplab');
    const config = JSON.parse(await this.kubectl('config', 'view', '--raw', '--minify', '--output', 'json'));
    const [{ name: cluster }] = config.clusters;
    const contexts = [{ name: 'least-rights', context: { cluster, user: 'least' } }];
    theirs.env.KUBECONFIG = join(theirs.folder, 'kubeconfig');
    const users = [{ name: 'least', user: { token } }];
    writeFileSync(theirs.env.KUBECONFIG, JSON.stringify({ ...config, users, contexts, 'current-context': '' }));
    return { theirs, words: ['--context', 'least-rights', '--yes'] };
  }

  private async namesLike(pattern: string, ...words: string[]): Promise<string> {
    const names = (await this.kubectl('get', ...words, '--output', 'name')).split('\n');
    return names.filter((name) => new RegExp(`^${pattern}$`).test(name)).join('\n');
  }
}

/** What the namespaces of a run are called. */
const runOf = (experiment: string): string => `shoplab-${experiment}-(control|treatment|no-prestop)-[0-9a-f]{6}`;
