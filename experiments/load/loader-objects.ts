import { ownContainerSecurity, ownImage, ownLabel, ownPodSecurity } from '../engine/own-pod.ts';

/** What the load generator is called in its namespace: Pod, container and ConfigMap. */
export const loaderName = 'shoplab-loader';
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
        metadata: { ...metadata, labels: { [ownLabel]: 'loader' } },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 1,
          securityContext: ownPodSecurity,
          containers: [
            {
              name: loaderName,
              image: ownImage,
              command: ['sleep', 'infinity'],
              // So little that it leaves the room of the system under test as it was; where CPU is short it sends late, and says so.
              resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '512Mi' } },
              securityContext: ownContainerSecurity,
              volumeMounts: [{ name: 'program', mountPath: folder, readOnly: true }],
            },
          ],
          volumes: [{ name: 'program', configMap: { name: loaderName } }],
        },
      },
    },
  ];
}
