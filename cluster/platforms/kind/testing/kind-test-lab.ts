import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, type Result } from 'execa';

const bin = fileURLToPath(new URL('../../../../dist/cli/bin.js', import.meta.url));

/**
 * A lab on genuine Kubernetes, made by our own command, that all tests of a run on kind share: the first that needs it makes it, .ci/test.mjs ends it.
 * The first to bring it up with the shop has it as a user has: with ports on localhost.
 */
export class KindTestLab {
  readonly name = 'kind-tests';
  /** Where its state is, as XDG_STATE_HOME. */
  readonly state: string;
  kubeconfig = '';

  constructor() {
    const { SHOPLAB_KIND_STATE: state } = process.env;
    if (state === undefined) throw new Error('tests on kind are run by npm run test:kind, which ends the clusters that they make');
    this.state = state;
  }

  /** Brings it up, with the shop in it or with nothing. What `up --json` answers. Rejects with what it says where it fails. */
  async up(what: 'the shop' | 'nothing'): Promise<{ started: boolean; urls: Record<string, string[]> }> {
    const up = ['up', '--platform', 'kind', '--hpa-sync-period', '5s', '--json'];
    const { exitCode, stdout, stderr } =
      what === 'the shop' ? await this.shoplab(up) : await withEmptyFolder((folder) => this.shoplab([...up, '-k', folder]));
    if (exitCode !== 0) throw new Error(`up ended with ${exitCode}: ${stderr}`);
    const lab = JSON.parse(String(stdout));
    this.kubeconfig = lab.kubeconfig;
    return lab;
  }

  /** `more`: variables beside those of the tests, such as the state of another user of the same machine. */
  shoplab(words: string[], more: NodeJS.ProcessEnv = {}): Promise<Result> {
    const { FORCE_COLOR: _colour, NODE_OPTIONS: _options, ...env } = process.env;
    return execa(process.execPath, [bin, ...words, '--name', this.name], {
      env: { ...env, XDG_STATE_HOME: this.state, ...more },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
    });
  }

  async kubectl(...words: string[]): Promise<string> {
    return (await execa('kubectl', ['--kubeconfig', this.kubeconfig, ...words])).stdout;
  }
}

/** With a kustomization of nothing that listens on localhost: a port that is taken would be told first. */
export async function withEmptyFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'empty-'));
  writeFileSync(join(folder, 'kustomization.yaml'), 'resources: [configuration.yaml]\n');
  writeFileSync(join(folder, 'configuration.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: empty}\ndata: {}\n');
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
