import { parseSelector } from '../../resources/label-selector.ts';
import { badRequest } from '../errors.ts';
import { at, type KubeObject } from '../object.ts';

type Test = (object: KubeObject) => boolean;

/** Which fields a kind may be selected by. */
const fields: Record<string, RegExp> = {
  Pod: /^(spec\.(nodeName|restartPolicy|schedulerName|serviceAccountName)|status\.(phase|podIP))$/,
  Event: /^(involvedObject\.(kind|namespace|name|uid|apiVersion|resourceVersion|fieldPath)|reason|reportingComponent|source|type)$/,
  Secret: /^type$/,
  Namespace: /^status\.phase$/,
  Node: /^spec\.unschedulable$/,
  ReplicaSet: /^status\.replicas$/,
};

function fieldTest(kind: string, term: string): Test {
  const [, field = '', how, value = ''] = /^([\w.]+)(==|=|!=)(.*)$/.exec(term) ?? [];
  if (!field) throw badRequest(`invalid field selector: '${term}'; can't understand '${term}'`);
  if (!/^metadata\.(name|namespace)$/.test(field) && !fields[kind]?.test(field)) throw badRequest(`field label not supported: ${field}`);
  return (object) => (String(at(object, ...field.split('.')) ?? '') === value) === (how !== '!=');
}

/** The query's labelSelector and fieldSelector as one test. */
export function selectorOf(kind: string, query: URLSearchParams): Test {
  const labels = query.get('labelSelector');
  let byLabels: ReturnType<typeof parseSelector> = () => true;
  try {
    if (labels) byLabels = parseSelector(labels);
  } catch (error) {
    throw badRequest((error as Error).message);
  }
  const byFields = (query.get('fieldSelector') ?? '')
    .split(',')
    .filter(Boolean)
    .map((term) => fieldTest(kind, term));
  return (object) => byLabels(object.metadata.labels) && byFields.every((test) => test(object));
}
