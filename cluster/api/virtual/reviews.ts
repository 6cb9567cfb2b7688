import { isObject } from '../object.ts';
import { bodyOf } from '../requests/body.ts';
import type { Answer, ApiRequest } from '../requests/request.ts';

const everything = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
};
/** Whoever has the token may do everything, as the administrator that kubeadm makes. */
const statuses: Record<string, object> = {
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': { allowed: true, reason: 'the token of this cluster allows everything' },
  '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews': everything,
  '/apis/authentication.k8s.io/v1/selfsubjectreviews': {
    userInfo: { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
  },
};

/** Answers `kubectl auth can-i` and `auth whoami`; undefined where the path is no review's. */
export function review(path: string, request: Pick<ApiRequest, 'body' | 'contentType'>): Answer | undefined {
  const status = statuses[path];
  if (!status) return undefined;
  const sent = bodyOf(request);
  return { code: 201, body: { ...(isObject(sent) && sent), status } };
}
