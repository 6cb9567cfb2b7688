import { isNotFound } from '../kube/kube-error.ts';
import type { Operation } from './operation.ts';

/** Replaces a Deployment's Pod template by a former one, as `kubectl rollout undo` does; an equal one changes nothing. */
export const restoreTemplate: Operation = async (kube, { namespace, arguments: { name, template } }) => {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
  try {
    await kube.request('PATCH', path, [{ op: 'replace', path: '/spec/template', value: template }], 'application/json-patch+json');
  } catch (error) {
    if (isNotFound(error)) return `Deployment ${name} in ${namespace} is gone`;
    throw error;
  }
  return `gave Deployment ${name} in ${namespace} its former template`;
};
