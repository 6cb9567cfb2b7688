import { badRequest, notFound } from '../api/errors.ts';
import type { Dial } from '../dial.ts';
import type { ContainerRecord } from './containers/container-record.ts';
import { readLog } from './logs/read-log.ts';
import type { ExecOptions, LogOptions, NodeApi } from './node-api.ts';
import { specOf } from './pods/pod.ts';
import type { PodWorker } from './pods/pod-worker.ts';
import type { UsageSampler } from './usage-sampler.ts';

/** As kube-apiserver dials (net/http's DefaultTransport). */
const dialTimeoutMs = 30_000;

/** The node's half of the Pod subresources; errors are worded as kubelet and kube-apiserver do. */
export function podSubresources(
  find: (namespace: string, pod: string) => PodWorker | undefined,
  { sampler, dial }: { sampler: UsageSampler; dial: Dial },
): NodeApi {
  const worker = (namespace: string, pod: string): PodWorker => {
    const found = find(namespace, pod);
    if (!found) throw notFound({ group: '', plural: 'pods' }, pod);
    return found;
  };
  return {
    async logs(namespace, pod, options: LogOptions, signal) {
      const found = worker(namespace, pod);
      const record = containerOf(found, pod, options.container);
      const { spec, instance, former } = record;
      if (options.previous) {
        // While it waits for a restart the last instance is the previous one, and the current one too.
        const previous = record.waiting && instance?.ended ? instance.log : former?.log;
        if (!previous) throw badRequest(`previous terminated container "${spec.name}" in pod "${pod}" not found`);
        return readLog(previous, { ...options, follow: false }, signal);
      }
      if (!instance) {
        const reason = record.waiting?.reason ?? (specOf(found.pod()).initContainers?.length ? 'PodInitializing' : 'ContainerCreating');
        const why = reason === 'ErrImagePull' || reason === 'ImagePullBackOff' ? `trying and failing to pull image` : reason;
        throw badRequest(`container "${spec.name}" in pod "${pod}" is waiting to start: ${why}`);
      }
      return readLog(instance.log, options, signal);
    },

    async exec(namespace, pod, options: ExecOptions, signal) {
      const record = containerOf(worker(namespace, pod), pod, options.container);
      const running = record.instance?.ended ? undefined : record.instance?.running;
      if (!running) throw badRequest(`container ${record.spec.name} of pod ${pod} is not running`);
      const { stdin, stdout, stderr } = options;
      return running.exec(options.command, { stdin, stdout, stderr }, signal);
    },

    async connect(namespace, pod, port) {
      const { podIP } = worker(namespace, pod);
      if (!podIP) throw badRequest(`pod ${pod} does not have a host assigned`);
      const late = AbortSignal.timeout(dialTimeoutMs);
      try {
        return await dial({ host: podIP, port }, late);
      } catch (error) {
        throw late.aborted ? new Error(`dial tcp ${podIP}:${port}: i/o timeout`) : error;
      }
    },

    usage(namespace, pod) {
      const containers = (find(namespace, pod)?.records ?? []).flatMap(({ spec, instance }) => {
        const usage = instance?.running && !instance.ended ? sampler.usage(instance.running) : undefined;
        return usage ? [{ name: spec.name, ...usage }] : [];
      });
      const [first] = containers;
      if (!first) return undefined;
      return {
        atMs: first.atMs,
        windowMs: first.windowMs,
        containers: containers.map(({ name, cpuCores, memoryBytes }) => ({ name, cpuCores, memoryBytes })),
      };
    },
  };
}

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

function containerOf(worker: PodWorker, pod: string, name: string | undefined): ContainerRecord {
  const { metadata } = worker.pod();
  const wanted = name || metadata.annotations?.[DEFAULT_CONTAINER] || specOf(worker.pod()).containers[0]?.name || '';
  const found = worker.record(wanted);
  if (!found) throw badRequest(`container ${wanted} is not valid for pod ${pod}`);
  return found;
}
