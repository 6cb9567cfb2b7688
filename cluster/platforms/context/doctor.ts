import { AuthorizationV1Api, KubeConfig, VersionApi } from '@kubernetes/client-node';
import type { Finding } from '../../platform.ts';
import { chooseContext } from './choose-context.ts';
import { rightsOfLab } from './rights.ts';

/** What a lab needs of a context: that its server answers, and the rights of manifests/rbac.yaml. */
export async function findingsOf(name: string | undefined): Promise<Finding[]> {
  if (name === undefined) return [problem('context', 'no context was named', 'with --context NAME')];
  const config = new KubeConfig();
  try {
    const { kubeconfig, server } = chooseContext(name);
    config.loadFromString(kubeconfig);
    const { gitVersion } = await config.makeApiClient(VersionApi).getCode();
    const missing = await missingRights(config);
    return [
      { level: 'ok', title: 'API server', detail: `${server}, Kubernetes ${gitVersion}`, advice: '' },
      missing.length === 0
        ? { level: 'ok', title: 'rights', detail: 'all that a lab asks for', advice: '' }
        : problem('rights', `you may not: ${missing.join('; ')}`, 'ask an administrator for those of manifests/rbac.yaml'),
    ];
  } catch (error) {
    const { message, hint = 'kubectl says more' } = error as Error & { hint?: string };
    return [problem(`context ${name}`, message.split('\n')[0] ?? message, hint)];
  }
}

const problem = (title: string, detail: string, advice: string): Finding => ({ level: 'problem', title, detail, advice });

/** Each as `create pods`. */
async function missingRights(config: KubeConfig): Promise<string[]> {
  const reviews = config.makeApiClient(AuthorizationV1Api);
  const asked = rightsOfLab.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((whole) => verbs.map((verb) => ({ group, whole, verb })))),
  );
  const denied = await Promise.all(
    asked.map(async ({ group, whole, verb }) => {
      const [resource = '', subresource] = whole.split('/');
      const resourceAttributes = { group, resource, verb, ...(subresource !== undefined && { subresource }) };
      const { status } = await reviews.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } });
      return status?.allowed ? [] : [`${verb} ${whole}${group === '' ? '' : `.${group}`}`];
    }),
  );
  return denied.flat();
}
