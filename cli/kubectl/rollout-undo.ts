import type { KubeClients } from '../../experiments/engine/experiment.ts';

interface ReplicaSet {
  metadata: { annotations?: Record<string, string>; ownerReferences?: { uid: string; controller?: boolean }[] };
  spec: { template: PodTemplate };
}
interface PodTemplate {
  metadata?: { labels?: Record<string, string>; [field: string]: unknown };
  [field: string]: unknown;
}
interface Deployment {
  metadata: { uid: string; name: string; annotations?: Record<string, string> };
  spec: { paused?: boolean; template: PodTemplate };
}

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';

/** Sets a Deployment's template back to the revision before; answers kubectl's sentence (kubectl: polymorphichelpers/rollback.go). */
export async function undoRollout(kube: KubeClients, namespace: string, name: string): Promise<string> {
  const root = `/apis/apps/v1/namespaces/${namespace}`;
  const deployment = await kube.request<Deployment>('GET', `${root}/deployments/${name}`);
  if (deployment.spec.paused)
    throw new Error("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again");
  const { items } = await kube.request<{ items: ReplicaSet[] }>('GET', `${root}/replicasets`);
  const [, former] = items
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === deployment.metadata.uid))
    .map((set) => ({ set, revision: Number(set.metadata.annotations?.[revisionAnnotation] ?? 0) }))
    .sort((a, b) => b.revision - a.revision);
  if (!former) throw new Error(`no rollout history found for deployment "${name}"`);
  const template = withoutHash(former.set.spec.template);
  if (JSON.stringify(template) === JSON.stringify(withoutHash(deployment.spec.template)))
    return `deployment.apps/${name} skipped rollback (current template already matches revision ${former.revision})`;
  const patch = [{ op: 'replace', path: '/spec/template', value: template }];
  await kube.request('PATCH', `${root}/deployments/${name}`, patch, 'application/json-patch+json');
  return `deployment.apps/${name} rolled back`;
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}
