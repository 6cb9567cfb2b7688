import { mkdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { CliRuns } from './cli-runs.ts';
import { bin, Program } from './program.ts';

/** A lab on genuine Kubernetes, made by our own command; `remove` ends it and checks that its cluster is gone. */
export class KindLab {
  readonly name = `kind-${process.pid}`;
  readonly runs = new CliRuns();
  /** Flags by which a command means this lab. */
  readonly words = ['--platform', 'kind', '--name', this.name];
  kubeconfig = '';

  /** What `up --json` answers. Rejects with what it says where it fails. */
  async up(): Promise<{ started: boolean; urls: Record<string, string[]>; said: string }> {
    mkdirSync(this.runs.state, { recursive: true });
    const { exitCode, stdout, stderr } = await this.shoplab(['up', '--platform', 'kind', '--hpa-sync-period', '5s', '--json']);
    if (exitCode !== 0) throw new Error(`up ended with ${exitCode}: ${stderr}`);
    const lab = JSON.parse(stdout);
    this.kubeconfig = lab.kubeconfig;
    return { ...lab, said: stderr };
  }

  /** `state`: where another user of the same machine would have their labs. */
  async shoplab(words: string[], state = this.runs.state) {
    const { FORCE_COLOR: _colour, NODE_OPTIONS: _options, ...env } = process.env;
    return execa(process.execPath, [bin, ...words, '--name', this.name], {
      env: { ...env, XDG_STATE_HOME: state },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
    });
  }

  run(...words: string[]): Program {
    return new Program(['run', ...words, ...this.words], { XDG_STATE_HOME: this.runs.state });
  }

  async kubectl(...words: string[]): Promise<string> {
    return (await execa('kubectl', ['--kubeconfig', this.kubeconfig, ...words])).stdout;
  }

  /** Namespaces of variants, a line each. */
  namespacesOfRuns(): Promise<string> {
    return this.kubectl('get', 'namespaces', '--output', 'name', '--selector', 'shoplab.dev/run');
  }

  /** Rights of a run's switch go with its namespace, when the cluster's garbage collector has seen that. Rejects after half a minute. */
  async untilRightsAreGone(): Promise<void> {
    const rights = () => this.kubectl('get', 'clusterroles,clusterrolebindings', '--output', 'name');
    for (const untilMs = Date.now() + 30_000; (await rights()).includes('shoplab-switch'); await pause(500))
      if (Date.now() > untilMs) throw new Error(`there still are ${await rights()}`);
  }

  async clusters(): Promise<string[]> {
    return (await execa('kind', ['get', 'clusters'])).stdout.split('\n');
  }

  async remove(): Promise<void> {
    await this.shoplab(['down']);
    if ((await this.clusters()).includes(this.name)) throw new Error(`kind cluster ${this.name} is still there`);
    this.runs.remove();
  }
}
