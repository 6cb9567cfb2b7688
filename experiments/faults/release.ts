import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, Lab } from '../engine/experiment.ts';
import { isNotFound } from '../engine/kube/kube-error.ts';
import type { Workload } from '../engine/kube/workloads.ts';
import type { PipelineRun } from '../engine/pipeline.ts';

const lookEveryMs = 200;
const rolledOutWithinMs = 15_000;
/** ConfigMap of an overlay with more variables for the pipeline: what control and treatment differ by. */
const pipelineSettings = 'pipeline';

export interface ReleaseOptions {
  id: string;
  /** Deployment, container and Service of that name. */
  service: string;
  version: string;
  /** What is built into the version: `none` for a good one. */
  defect: string;
  variables?: Record<string, string>;
}

/** What a release came to. */
export interface Released {
  run: PipelineRun;
  /** Of the Deployment before the release, and after the pipeline had ended. */
  imageBefore: string;
  imageAfter: string;
  /** What was released. */
  image: string;
}

interface Deployment extends Workload {
  spec: Workload['spec'] & { template: { spec: { containers: { name: string; image: string }[] } } };
}

const releases = new WeakMap<Lab, Map<string, Released>>();

/** What a release of this lab came to, by the fault's id; undefined where it was not made. */
export const releaseOf = (lab: Lab, id: string): Released | undefined => releases.get(lab)?.get(id);

/**
 * Releases a version of a service by the pipeline of the manifests, and waits for the pipeline's end. It has bitten where the pipeline took the
 * version and came to an end of its own: whether it was stopped, and where, is for criteria. One that was let through is waited for until its Pods run.
 */
export function release({ id, service, version, defect, variables = {} }: ReleaseOptions): Fault {
  const path = (lab: Lab): string => `/apis/apps/v1/namespaces/${lab.namespace}/deployments/${service}`;
  const imageOf = ({ spec }: Deployment): string => spec.template.spec.containers.find(({ name }) => name === service)?.image ?? '';
  return {
    id,
    name: 'release',
    target: `Deployment ${service}`,
    settings: { version, defect, ...variables },
    description: `releases version ${version} of ${service} (${defect === 'none' ? 'a good one' : `defect: ${defect}`}) by the pipeline`,
    services: [service],
    pods: 'all',
    async plan(lab) {
      const image = imageOf(await lab.kube.request<Deployment>('GET', path(lab)));
      return { fault: id, operation: 'set-image', namespace: lab.namespace, arguments: { name: service, container: service, image } };
    },
    async inject(lab, { arguments: { image } }) {
      const run = await lab.runPipeline({
        ...(await readSettings(lab)),
        ...variables,
        SERVICE: service,
        VERSION: version,
        DEFECT: defect,
      });
      lab.signal.throwIfAborted();
      const imageAfter = imageOf(await lab.kube.request<Deployment>('GET', path(lab)));
      const known = releases.get(lab) ?? new Map<string, Released>();
      releases.set(lab, known);
      known.set(id, { run, imageBefore: String(image), imageAfter, image: run.exported.IMAGE ?? '' });
    },
    async prove(lab) {
      const made = releaseOf(lab, id);
      if (!made) return { bit: false, message: 'it was not released' };
      const { run, image } = made;
      const took = `${Math.round(run.durationMs / 100) / 10} s`;
      if (run.failed)
        return {
          bit: image !== '',
          message: `after ${took} the pipeline stopped ${version} in ${run.failed.phase}: ${shorten(run.failed.command)}`,
        };
      if (run.status !== 'SUCCEEDED') return { bit: false, message: `the pipeline was ${run.status} after ${took}` };
      const letThrough = `after ${took} the pipeline let ${version} through`;
      const startedMs = performance.now();
      for (;;) {
        const deployment = await lab.kube.request<Deployment>('GET', path(lab));
        if (imageOf(deployment) !== image) return { bit: false, message: `${letThrough}, but the Deployment has ${imageOf(deployment)}` };
        if (isRolledOut(deployment)) return { bit: true, message: `${letThrough}, and all Pods of ${service} run it` };
        // One that never becomes ready does not get further than that.
        if (performance.now() - startedMs > rolledOutWithinMs)
          return { bit: true, message: `${letThrough}, and ${rolledOutWithinMs / 1000} s later not all Pods of ${service} run it` };
        await pause(lookEveryMs, undefined, { signal: lab.signal });
      }
    },
  };
}

/** The command without the question whether it is to run, and not all of it. */
function shorten(command: string): string {
  const line =
    command
      .trim()
      .replace(/^if .*?; then (.*?);? fi$/s, '$1')
      .split('\n')[0] ?? '';
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

function isRolledOut({ metadata, spec, status = {} }: Workload): boolean {
  const wanted = spec.replicas ?? 1;
  return (
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    status.updatedReplicas === wanted &&
    status.availableReplicas === wanted &&
    status.replicas === wanted
  );
}

async function readSettings(lab: Lab): Promise<Record<string, string>> {
  try {
    const path = `/api/v1/namespaces/${lab.namespace}/configmaps/${pipelineSettings}`;
    return (await lab.kube.request<{ data?: Record<string, string> }>('GET', path)).data ?? {};
  } catch (error) {
    if (isNotFound(error)) return {};
    throw error;
  }
}
