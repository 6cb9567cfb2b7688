import { isDeepStrictEqual } from 'node:util';
import { ApiError, badRequest } from './errors.ts';
import { isObject, type Json, type JsonObject } from './object.ts';

/** RFC 7386. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

const tokens = (pointer: Json | undefined): string[] =>
  String(pointer ?? '')
    .split('/')
    .slice(1)
    .map((token) => token.replace(/~1/g, '/').replace(/~0/g, '~'));
const rejected = (): ApiError => new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request');
const step = (here: Json | undefined, token: string): Json | undefined =>
  Array.isArray(here) ? here[Number(token)] : isObject(here) ? here[token] : undefined;
const read = (root: Json, path: string[]): Json | undefined => path.reduce<Json | undefined>(step, root);

function change(root: Json, op: string, path: string[], value: Json): Json {
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = read(root, path.slice(0, -1));
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    if (!Number.isInteger(index) || index < 0 || index > parent.length - (op === 'add' ? 0 : 1)) throw rejected();
    parent.splice(index, op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [value]));
  } else if (!isObject(parent) || (op !== 'add' && !(last in parent))) throw rejected();
  else if (op === 'remove') delete parent[last];
  else parent[last] = value;
  return root;
}

/** RFC 6902. */
export function jsonPatch(target: Json, operations: Json): Json {
  if (!Array.isArray(operations)) throw badRequest('a JSON patch is an array');
  let result = structuredClone(target);
  for (const operation of operations.filter(isObject)) {
    const [op, path, from] = [String(operation.op), tokens(operation.path), tokens(operation.from)];
    if (!['add', 'remove', 'replace', 'move', 'copy', 'test'].includes(op)) throw badRequest(`Unexpected kind: ${op}`);
    const copied = op === 'copy' || op === 'move';
    const value = copied ? structuredClone(read(result, from) ?? null) : (operation.value ?? null);
    if (op === 'test' && !isDeepStrictEqual(read(result, path) ?? null, value)) throw rejected();
    if (op === 'test') continue;
    if (op === 'move') result = change(result, 'remove', from, null);
    result = change(result, copied ? 'add' : op, path, value);
  }
  return result;
}
