import { isUtf8 } from 'node:buffer';
import { ownContainerSecurity, ownLabel, ownPodSecurity } from '../engine/own-pod.ts';

/** What the load generator is called in its namespace: Pod, container and ConfigMap. */
export const loaderName = 'shoplab-loader';
/** Where its files are, in the container. */
export const loaderFolder = '/loader';
/** Where it may write, in the container. */
export const scratchFolder = '/scratch';

/** A Pod that a load comes from. */
export interface LoaderPod {
  image: string;
  /** What it finds in `loaderFolder`, by path below that; a ConfigMap takes 1 MiB. */
  files: ReadonlyMap<string, Buffer>;
  /** As Kubernetes writes it: `512Mi`. */
  memory: string;
}

/** The load generator with the path that each of its objects is created at. It has no rights on the cluster, and sends nothing before it is told to. */
export function loaderObjects(namespace: string, { image, files, memory }: LoaderPod): { path: string; object: object }[] {
  const metadata = { name: loaderName };
  // A key of a ConfigMap has no slash in it.
  const keyed = [...files].map(([path, content], number) => ({ key: `file-${number}`, path, content }));
  const [texts, binaries] = [keyed.filter(({ content }) => isUtf8(content)), keyed.filter(({ content }) => !isUtf8(content))];
  return [
    {
      path: `/api/v1/namespaces/${namespace}/configmaps`,
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata,
        data: Object.fromEntries(texts.map(({ key, content }) => [key, content.toString('utf8')])),
        binaryData: Object.fromEntries(binaries.map(({ key, content }) => [key, content.toString('base64')])),
      },
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
              image,
              command: ['sleep', 'infinity'],
              // So little that it leaves the room of the system under test as it was; where CPU is short it sends late, and says so.
              resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory } },
              securityContext: ownContainerSecurity,
              volumeMounts: [
                { name: 'files', mountPath: loaderFolder, readOnly: true },
                { name: 'scratch', mountPath: scratchFolder },
              ],
            },
          ],
          volumes: [
            { name: 'files', configMap: { name: loaderName, items: keyed.map(({ key, path }) => ({ key, path })) } },
            { name: 'scratch', emptyDir: {} },
          ],
        },
      },
    },
  ];
}
