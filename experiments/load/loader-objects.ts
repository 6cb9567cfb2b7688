/** What the load generator is called in its namespace: Pod, container and ConfigMap. */
export const loaderName = 'shoplab-loader';
/** On its Pod, which is no part of the system under test. */
export const loaderLabel = 'shoplab.dev/loader';
/** The base image of the shop's own. */
const image = 'node:24-slim';
const folder = '/loader';
/** Where its program is, in the container. */
export const loaderProgram = `${folder}/loader.mjs`;

/** The load generator with the path that each of its objects is created at. It has no rights on the cluster, and sends nothing before it is told to. */
export function loaderObjects(namespace: string, program: string): { path: string; object: object }[] {
  const metadata = { name: loaderName };
  return [
    {
      path: `/api/v1/namespaces/${namespace}/configmaps`,
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'loader.mjs': program } },
    },
    {
      path: `/api/v1/namespaces/${namespace}/pods`,
      object: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, labels: { [loaderLabel]: 'true' } },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 1,
          securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: loaderName,
              image,
              command: ['sleep', 'infinity'],
              // So little that it leaves the room of the system under test as it was; where CPU is short it sends late, and says so.
              resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '512Mi' } },
              securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
              volumeMounts: [{ name: 'program', mountPath: folder, readOnly: true }],
            },
          ],
          volumes: [{ name: 'program', configMap: { name: loaderName } }],
        },
      },
    },
  ];
}
