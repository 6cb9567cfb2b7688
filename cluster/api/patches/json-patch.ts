import { ApiError, badRequest } from '../errors.ts';
import { isObject, type Json, sameJson } from '../object.ts';

/** A path that is not there, or a test that fails: Kubernetes says no more than this. */
const rejected = (): ApiError => new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request');

function tokens(pointer: Json | undefined): string[] {
  if (typeof pointer !== 'string' || (pointer !== '' && !pointer.startsWith('/'))) throw badRequest('a path of a JSON patch begins with /');
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replace(/~1/g, '/').replace(/~0/g, '~'));
}

/** The index that a token means in a list: up to the last item, or one beyond where something is added. */
function indexOf(items: Json[], token: string, adding: boolean): number {
  const index = token === '-' && adding ? items.length : /^(0|[1-9]\d*)$/.test(token) ? Number(token) : -1;
  if (index < 0 || index > items.length || (index === items.length && !adding)) throw rejected();
  return index;
}

function read(root: Json, path: string[]): Json {
  return path.reduce<Json>((here, token) => {
    const next = Array.isArray(here)
      ? here[indexOf(here, token, false)]
      : isObject(here) && Object.hasOwn(here, token)
        ? here[token]
        : undefined;
    if (next === undefined) throw rejected();
    return next;
  }, root);
}

/** Changes `root` in place. */
function change(root: Json, op: string, path: string[], value: Json): Json {
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = read(root, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(indexOf(parent, last, op === 'add'), op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [value]));
  else if (!isObject(parent) || (op !== 'add' && !Object.hasOwn(parent, last))) throw rejected();
  else if (op === 'remove') delete parent[last];
  else parent[last] = value;
  return root;
}

/** RFC 6902, `application/json-patch+json`. */
export function jsonPatch(target: Json, operations: Json): Json {
  if (!Array.isArray(operations) || !operations.every(isObject)) throw badRequest('a JSON patch is an array of operations');
  let result = structuredClone(target);
  for (const operation of operations) {
    const op = String(operation.op);
    const path = tokens(operation.path);
    if (op === 'test') {
      if (!sameJson(read(result, path), operation.value)) throw rejected();
    } else if (op === 'move' || op === 'copy') {
      const value = structuredClone(read(result, tokens(operation.from)));
      if (op === 'move') result = change(result, 'remove', tokens(operation.from), null);
      result = change(result, 'add', path, value);
    } else if (['add', 'replace', 'remove'].includes(op)) result = change(result, op, path, structuredClone(operation.value ?? null));
    else throw badRequest(`'${op}' is no operation of a JSON patch: add, remove, replace, move, copy, test`);
  }
  return result;
}
