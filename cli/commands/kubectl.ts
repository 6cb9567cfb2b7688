import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { BaseCommand } from '../base-command.ts';
import { UsageError } from '../errors/usage-error.ts';

export default class Kubectl extends BaseCommand {
  static override summary = 'The few kubectl calls that a pipeline makes, for machines without kubectl.';
  static override description =
    `Serves get KIND/NAME -o json, get --raw PATH, create -f -, delete KIND NAME --wait=false, set image, rollout status and rollout undo, of Deployments, Pods and Services, and refuses all else. The cluster is that of KUBECONFIG.
\`shoplab ci run\` puts it into PATH as kubectl only where there is none; real kubectl works with every lab too.`;
  static override enableJsonFlag = false;
  static override strict = false;
  static override examples = [
    '<%= config.bin %> <%= command.id %> -n shop get deployment/order -o json',
    {
      description: 'Wait for a rollout',
      command: '<%= config.bin %> <%= command.id %> -n shop rollout status deployment/order --timeout=60s',
    },
  ];

  async run(): Promise<void> {
    const [{ parseKubectl }, { runKubectl }, { connectKube }, { KubeError }] = await Promise.all([
      import('../kubectl/parse-call.ts'),
      import('../kubectl/run-call.ts'),
      import('../../experiments/engine/kube/kube-clients.ts'),
      import('../../experiments/engine/kube/kube-error.ts'),
    ]);
    // kubectl's own words are not oclif's: they are read here.
    this.parsed = true;
    const call = parseKubectl(this.argv);
    const kubeconfig = process.env.KUBECONFIG || join(homedir(), '.kube', 'config');
    const kube = await connectKube(kubeconfig).catch((cause: Error) => {
      throw new UsageError(`the kubeconfig ${kubeconfig} cannot be used: ${cause.message}`, {
        hint: 'set KUBECONFIG: shoplab status prints that of a lab',
      });
    });
    try {
      await runKubectl(
        kube,
        call,
        () => readFileSync(0, 'utf8'),
        (line) => this.log(line),
      );
    } catch (error) {
      // As kubectl says it, for those who read its words.
      this.tell(
        error instanceof KubeError
          ? `Error from server (${error.reason || reasons[error.code] || error.code}): ${error.message}`
          : `error: ${(error as Error).message}`,
      );
      process.exitCode = 1;
    } finally {
      kube.close();
    }
  }
}

const reasons: Record<number, string> = {
  400: 'BadRequest',
  403: 'Forbidden',
  404: 'NotFound',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};
