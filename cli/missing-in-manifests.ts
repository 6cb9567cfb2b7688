import type { ExperimentFile } from '../experiments/declared/experiment-file.ts';
import { suggestion } from './nearest.ts';

interface Manifest {
  kind: string;
  metadata: { name: string };
  spec?: unknown;
}
interface Named {
  field: PropertyKey[];
  kind: 'Service' | 'Deployment';
  name: string;
  /** Of a Service that is called from outside the cluster. */
  port?: number;
}

/** The Services and Deployments that an experiment speaks of and its manifests do not have, by the field that names them. */
export function missingInManifests(file: ExperimentFile, objects: Manifest[]): { field: PropertyKey[]; message: string }[] {
  return namedIn(file).flatMap(({ field, kind, name, port }) => {
    const there = objects.filter((object) => object.kind === kind);
    const found = there.find(({ metadata }) => metadata.name === name);
    if (!found) {
      const names = there.map(({ metadata }) => metadata.name);
      return [{ field, message: `there is no ${kind} ${name}${names.length > 0 ? ` (${suggestion(name, names)})` : ''}` }];
    }
    if (port === undefined) return [];
    const { type = 'ClusterIP', ports = [] } = (found.spec ?? {}) as { type?: string; ports?: { port: number }[] };
    if (type !== 'LoadBalancer')
      return [{ field, message: `Service ${name} is of type ${type}: only a LoadBalancer is reached from outside` }];
    if (ports.some((one) => one.port === port)) return [];
    return [{ field, message: `Service ${name} has no port ${port}, but ${ports.map((one) => one.port).join(', ')}` }];
  });
}

function namedIn({ load, steadyState, abortOn, method, criteria }: ExperimentFile): Named[] {
  const probe = (field: PropertyKey[], asked: ExperimentFile['steadyState'][number]): Named[] => {
    if ('http' in asked) return [{ field: [...field, 'http'], kind: 'Service', name: asked.http.service, port: asked.http.port }];
    if ('available' in asked) return [{ field: [...field, 'available'], kind: 'Deployment', name: asked.available.name }];
    if ('rolledOut' in asked) return [{ field: [...field, 'rolledOut'], kind: 'Deployment', name: asked.rolledOut.name }];
    return [];
  };
  return [
    'k6' in load
      ? { field: ['load'], kind: 'Service', name: load.service, port: load.port }
      : { field: ['load', 'request'], kind: 'Service', name: load.request.service, port: load.request.port },
    ...steadyState.flatMap((asked, at) => probe(['steadyState', at], asked)),
    ...abortOn.flatMap(({ unless }, at) => probe(['abortOn', at, 'unless'], unless)),
    ...method.flatMap((step, at): Named[] => {
      if ('await' in step) return probe(['method', at, 'await'], step.await);
      if (!('inject' in step)) return [];
      const field = ['method', at, 'inject'];
      if ('deployment' in step.inject) return [{ field, kind: 'Deployment', name: step.inject.deployment }];
      return [{ field, kind: 'Service', name: step.inject.service }];
    }),
    ...criteria.flatMap((criterion, at) => ('state' in criterion ? probe(['criteria', at, 'state'], criterion.state) : [])),
  ];
}
