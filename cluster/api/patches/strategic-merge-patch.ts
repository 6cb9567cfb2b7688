import { ApiError } from '../errors.ts';
import { isObject, type Json, type JsonObject } from '../object.ts';

/** The lists that merge item by item, by the name of their field, with the key of their items; the others are replaced whole. */
const keys: Record<string, string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  imagePullSecrets: ['name'],
  schedulingGates: ['name'],
  ports: ['containerPort', 'port'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  hostAliases: ['ip'],
  podIPs: ['ip'],
  hostIPs: ['ip'],
  conditions: ['type'],
  topologySpreadConstraints: ['topologyKey'],
  ownerReferences: ['uid'],
  addresses: ['type'],
};
const sets = new Set(['finalizers']);

type Id = (item: Json) => Json | undefined;
const directive: Id = (item) => (isObject(item) ? item.$patch : undefined);

/** Items that the patch names keep its order, the others theirs; between the two the one that stood earlier goes first, a new one before the others. */
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

/** The key by which the list merges: of several the one that the items have. */
function keyOf(field: string, items: Json[]): string | undefined {
  const known = keys[field];
  if (!known || !items.every(isObject)) return undefined;
  const named = items.filter((item) => directive(item) !== 'replace');
  const found = known.find((key) => named.every((item) => isObject(item) && key in item));
  if (found || known.length > 1 || field === 'addresses') return found;
  const without = named.find((item) => isObject(item) && !(known[0] ?? '' in item));
  throw new ApiError(422, 'Invalid', `map: ${JSON.stringify(without ?? named)} does not contain declared merge key: ${known[0]}`);
}

function mergeList(field: string, before: Json[], patch: Json[], order: Json[] | undefined): Json[] {
  if (sets.has(field)) return [...new Set([...patch, ...before])];
  const key = keyOf(field, [...patch, ...(order ?? [])]);
  if (!key) return patch;
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

/**
 * Kubernetes' own patch, `application/strategic-merge-patch+json`: as a merge patch, but lists of things merge item by item, with directives
 * in keys that begin with `$`. apimachinery:pkg/util/strategicpatch.
 */
export function strategicMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const { $patch: whole, $retainKeys: retained, ...changes } = patch;
  if (whole === 'delete') return {};
  const base: JsonObject = isObject(target) && whole !== 'replace' ? { ...target } : {};
  if (Array.isArray(retained)) for (const key of Object.keys(base)) if (!retained.includes(key)) delete base[key];
  const items = (field: string): Json[] => (Array.isArray(base[field]) ? base[field] : []);
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
