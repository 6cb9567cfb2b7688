import { ownContainerSecurity, ownLabel, ownPodSecurity } from '../own-pod/own-pod.ts';

/** What the switch is called in its namespace. */
export const switchName = 'shoplab-switch';

interface SwitchOptions {
  namespace: string;
  /** Of the Namespace, by which what is outside of it goes with it. */
  uid: string;
  /** `ownImage`, as this cluster calls it. */
  image: string;
  /** Text of the program. */
  program: string;
  expiresAfterSeconds: number;
  renewTime: string;
}

/** Where it says whether it is ready. */
const port = 8080;

/** A new renewal, as the API wants it: with microseconds. */
export const microTime = (date: Date): string => date.toISOString().replace('Z', '000Z');

/** All that the switch is, with the path that each is created at: rights on its own namespace and Lease, and no others. */
export function switchObjects({
  namespace,
  uid,
  image,
  program,
  expiresAfterSeconds,
  renewTime,
}: SwitchOptions): { path: string; object: object }[] {
  const metadata = { name: switchName };
  const cluster = {
    name: `${switchName}-${namespace}`,
    ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: namespace, uid }],
  };
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' };
  const rights = `/apis/rbac.authorization.k8s.io/v1`;
  const subjects = [{ kind: 'ServiceAccount', name: switchName, namespace }];
  const roleRef = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
  return [
    { path: `/api/v1/namespaces/${namespace}/serviceaccounts`, object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata } },
    {
      path: `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`,
      object: {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata,
        spec: { holderIdentity: `shoplab-${process.pid}`, leaseDurationSeconds: expiresAfterSeconds, renewTime },
      },
    },
    {
      path: `${rights}/namespaces/${namespace}/roles`,
      object: {
        ...rbac,
        kind: 'Role',
        metadata,
        rules: [
          { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: [switchName], verbs: ['get'] },
          { apiGroups: [''], resources: ['pods'], verbs: ['deletecollection'] },
        ],
      },
    },
    {
      path: `${rights}/namespaces/${namespace}/rolebindings`,
      object: { ...rbac, kind: 'RoleBinding', metadata, subjects, roleRef: roleRef('Role', switchName) },
    },
    {
      path: `${rights}/clusterroles`,
      object: {
        ...rbac,
        kind: 'ClusterRole',
        metadata: cluster,
        rules: [{ apiGroups: [''], resources: ['namespaces'], resourceNames: [namespace], verbs: ['delete'] }],
      },
    },
    {
      path: `${rights}/clusterrolebindings`,
      object: { ...rbac, kind: 'ClusterRoleBinding', metadata: cluster, subjects, roleRef: roleRef('ClusterRole', cluster.name) },
    },
    {
      path: `/api/v1/namespaces/${namespace}/pods`,
      object: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, labels: { [ownLabel]: 'switch' } },
        spec: {
          serviceAccountName: switchName,
          terminationGracePeriodSeconds: 1,
          securityContext: ownPodSecurity,
          containers: [
            {
              name: 'switch',
              image,
              command: ['node', '--input-type=module', '--eval', program],
              env: [
                { name: 'LEASE', value: switchName },
                { name: 'PORT', value: String(port) },
              ],
              readinessProbe: { httpGet: { path: '/', port }, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 3 },
              resources: { requests: { cpu: '10m', memory: '48Mi' }, limits: { memory: '128Mi' } },
              securityContext: ownContainerSecurity,
            },
          ],
        },
      },
    },
  ];
}
