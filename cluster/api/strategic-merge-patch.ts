import { isObject, type Json, type JsonObject } from './object.ts';

/** The lists that merge by a key, by the name of their field; the others are replaced whole. */
const keys: Record<string, string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  imagePullSecrets: ['name'],
  ports: ['containerPort', 'port'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  hostAliases: ['ip'],
  conditions: ['type'],
  topologySpreadConstraints: ['topologyKey'],
  ownerReferences: ['uid'],
  addresses: ['type'],
};
const sets = new Set(['finalizers']);

type Id = (item: Json) => Json | undefined;

/** Items that the patch names keep its order, the others theirs; among each other they stand as they did, new ones first. */
function inOrder(merged: Json[], before: Json[], named: (Json | undefined)[], id: Id): Json[] {
  const was = (item: Json): number => before.findIndex((each) => id(each) === id(item));
  const ours = merged.filter((item) => named.includes(id(item))).sort((a, b) => named.indexOf(id(a)) - named.indexOf(id(b)));
  const others = merged.filter((item) => !named.includes(id(item)));
  const result: Json[] = [];
  for (const item of ours) {
    while (others[0] !== undefined && was(others[0]) < was(item)) result.push(others.shift() ?? null);
    result.push(item);
  }
  return [...result, ...others];
}

function mergeList(field: string, before: Json[], patch: Json[], order: Json[] | undefined): Json[] {
  if (sets.has(field)) return [...new Set([...patch, ...before])];
  const key = keys[field]?.find((each) =>
    [...patch, ...(order ?? [])].every((item) => isObject(item) && (each in item || '$patch' in item)),
  );
  if (!key) return patch;
  const directive = (item: Json): Json | undefined => (isObject(item) ? item.$patch : undefined);
  const id: Id = (item) => (isObject(item) ? item[key] : undefined);
  const real = patch.filter((item) => directive(item) !== 'delete' && directive(item) !== 'replace');
  if (patch.some((item) => directive(item) === 'replace')) return real;
  const merged = before.filter((item) => !patch.some((each) => directive(each) === 'delete' && id(each) === id(item)));
  for (const item of real) {
    const index = merged.findIndex((each) => id(each) === id(item));
    if (index < 0) merged.push(strategicMergePatch({}, item));
    else merged[index] = strategicMergePatch(merged[index], item);
  }
  return inOrder(merged, before, (order ?? real).map(id), id);
}

/** Kubernetes' own patch: as a merge patch, but lists of things merge item by item, with directives in keys that begin with `$`. */
export function strategicMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const { $patch: directive, $retainKeys: retained, ...changes } = patch;
  if (directive === 'delete') return {};
  const base: JsonObject = isObject(target) && directive !== 'replace' ? { ...target } : {};
  if (Array.isArray(retained)) for (const key of Object.keys(base)) if (!retained.includes(key)) delete base[key];
  const items = (field: string): Json[] => (Array.isArray(base[field]) ? (base[field] as Json[]) : []);
  for (const [key, value] of Object.entries(changes)) {
    const [marker, field = ''] = key.split('/', 2);
    const order = changes[`$setElementOrder/${key}`];
    if (marker === '$setElementOrder') {
      if (!(field in changes) && field in base && Array.isArray(value)) base[field] = mergeList(field, items(field), [], value);
    } else if (marker === '$deleteFromPrimitiveList') {
      base[field] = items(field).filter((item) => Array.isArray(value) && !value.includes(item));
    } else if (value === null) delete base[key];
    else if (Array.isArray(value)) base[key] = mergeList(key, items(key), value, Array.isArray(order) ? order : undefined);
    else base[key] = strategicMergePatch(base[key], value);
  }
  return base;
}
