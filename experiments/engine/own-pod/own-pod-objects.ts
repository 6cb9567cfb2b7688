import { isUtf8 } from 'node:buffer';
import { ownContainerSecurity, ownLabel, ownPodSecurity } from './own-pod.ts';

/** Where its files are, in the container. */
export const ownFolder = '/shoplab';
/** Where it may write, in the container. */
export const scratchFolder = '/scratch';

/** A Pod in the namespace of a variant, in which programs of ours are run by exec. */
export interface OwnPod {
  /** Of the Pod, its container and its ConfigMap. */
  name: string;
  /** What it does, after `which`: `sends the load`. */
  purpose: string;
  image: string;
  /** What it finds in `ownFolder`, by path below that; a ConfigMap takes 1 MiB. */
  files: ReadonlyMap<string, Buffer>;
  /** What it requests of a node's CPU. */
  cpu: string;
  /** As Kubernetes writes it: `512Mi`. */
  memory: string;
}

/** What it is made of, with the path that each object is created at. It has no rights on the cluster, and does nothing before it is told to. */
export function ownPodObjects(namespace: string, { name, image, files, cpu, memory }: OwnPod): { path: string; object: object }[] {
  const metadata = { name };
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
        metadata: { ...metadata, labels: { [ownLabel]: name } },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 1,
          securityContext: ownPodSecurity,
          containers: [
            {
              name,
              image,
              command: ['sleep', 'infinity'],
              resources: { requests: { cpu, memory: '64Mi' }, limits: { memory } },
              securityContext: ownContainerSecurity,
              volumeMounts: [
                { name: 'files', mountPath: ownFolder, readOnly: true },
                { name: 'scratch', mountPath: scratchFolder },
              ],
            },
          ],
          volumes: [
            { name: 'files', configMap: { name, items: keyed.map(({ key, path }) => ({ key, path })) } },
            { name: 'scratch', emptyDir: {} },
          ],
        },
      },
    },
  ];
}
