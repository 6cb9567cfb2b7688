/** One field of a type of @kubernetes/client-node, from its attributeTypeMap. */
export interface FieldModel {
  /** As in JSON. */
  baseName: string;
  /** `number`, `Array<V1Container>`, `{ [key: string]: string; }`, `IntOrString`, `V1Probe`, … */
  type: string;
  /** `int32`, `byte`, `date-time`, …; '' for none. */
  format: string;
}

const models = new Map<string, Map<string, FieldModel>>();

/** Kinds whose model is not called after version and kind. */
const otherNames: Record<string, string> = { 'v1 Event': 'CoreV1Event' };
const roots = [
  ...['V1ConfigMap', 'V1ControllerRevision', 'V1Deployment', 'V1Endpoints', 'V1EndpointSlice', 'CoreV1Event', 'V1Lease', 'V1Namespace'],
  ...['V1HorizontalPodAutoscaler', 'V2HorizontalPodAutoscaler', 'V1Node', 'V1Pod', 'V1ReplicaSet', 'V1Secret', 'V1Service'],
  ...['V1ServiceAccount', 'V1StatefulSet', 'V1Scale', 'V1Binding', 'V1Eviction', 'V1DeleteOptions'],
];
const timeTypes = new Set(['V1MicroTime']); // a Date with microseconds, no model

/** The name of a type that has fields of its own, inside an array or map too; undefined for strings, numbers and the like. */
export function modelNameIn(type: string): string | undefined {
  const name = /\b([A-Z][A-Za-z]*)?V\d\w*/.exec(type)?.[0];
  return name === undefined || timeTypes.has(name) ? undefined : name;
}

async function load(name: string): Promise<void> {
  if (models.has(name)) return;
  const fields = new Map<string, FieldModel>();
  models.set(name, fields);
  // Deep, one model a file: the package's root costs half a second and 70 MiB.
  const module = (await import(`@kubernetes/client-node/dist/gen/models/${name}.js`)) as Record<
    string,
    { getAttributeTypeMap(): FieldModel[] }
  >;
  for (const field of module[name]?.getAttributeTypeMap() ?? []) fields.set(field.baseName, field);
  await Promise.all([...fields.values()].map(({ type }) => modelNameIn(type)).map((inner) => inner && load(inner)));
}

/** Reads the fields of all kinds that the API serves (about 240 small files, 0.1 s): once, at the start of the process, before `checkFields`. */
export const loadFieldModels = async (): Promise<void> => {
  await Promise.all(roots.map(load));
};

/** The model's name of a kind; undefined for kinds whose fields are not known. Throws before `loadFieldModels` is done. */
export function modelOf(apiVersion: unknown, kind: unknown): string | undefined {
  if (models.size === 0) throw new Error('the fields of the kinds are not loaded: await loadFieldModels() first');
  const version = String(apiVersion).split('/').at(-1) ?? '';
  const name = otherNames[`${apiVersion} ${kind}`] ?? `${version.toUpperCase()}${kind}`;
  return models.has(name) ? name : undefined;
}

/** The fields of a model, by their name in JSON. */
export const fieldsOf = (model: string): Map<string, FieldModel> => models.get(model) ?? new Map();
