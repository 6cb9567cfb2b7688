import { ApiError, badRequest } from '../errors.ts';
import { isObject, type JsonObject, type KubeObject } from '../object.ts';
import type { ApiRequest, Backend } from './request.ts';

type Mode = 'Strict' | 'Warn' | 'Ignore';
const modes: string[] = ['Strict', 'Warn', 'Ignore'];

function modeOf(query: URLSearchParams): Mode {
  const mode = query.get('fieldValidation') || 'Warn';
  if (!modes.includes(mode))
    throw badRequest(`fieldValidation: Unsupported value: "${mode}": supported values: "Ignore", "Strict", "Warn"`);
  return mode as Mode;
}

/**
 * The object without the fields that its kind does not have. Strict refuses them (400; 422 in a patch), Warn, the default, names them in a
 * Warning header, Ignore says nothing. A value of a wrong type is refused always.
 */
export function checked(backend: Backend, request: ApiRequest, object: KubeObject, isPatch = false): KubeObject {
  const { kind, version } = request.resource;
  const { unknown, wrongType } = backend.checkFields(object as unknown as JsonObject);
  const about = `${kind} in version "${version}" cannot be handled as a ${kind}`;
  if (wrongType) throw badRequest(`${about}: ${wrongType}`);
  const mode = modeOf(request.query);
  if (unknown.length === 0) return object;
  const complaints = unknown.map((field) => `unknown field "${field}"`);
  if (mode === 'Strict') {
    const strict = `strict decoding error: ${complaints.join(', ')}`;
    if (!isPatch) throw badRequest(`${about}: ${strict}`);
    const cause = {
      field: 'patch',
      message: `Invalid value: ${JSON.stringify(request.body.toString())}: ${strict}`,
      reason: 'FieldValueInvalid',
    };
    throw new ApiError(422, 'Invalid', ` "" is invalid: patch: ${cause.message}`, { causes: [cause] });
  }
  if (mode === 'Warn') request.warnings.push(...complaints);
  const result = structuredClone(object) as unknown as JsonObject;
  // The last of a list first, so that the indices of the others still hold.
  for (const path of unknown.toReversed()) remove(result, path);
  return result as unknown as KubeObject;
}

/** Takes away what is at a path as `spec.containers[0].prots`; a field's own name may have dots in it. */
function remove(here: unknown, path: string): void {
  const index = /^\[(\d+)\]\.?(.*)$/.exec(path);
  if (index && Array.isArray(here)) remove(here[Number(index[1])], index[2] ?? '');
  if (!isObject(here)) return;
  if (Object.hasOwn(here, path)) {
    delete here[path];
    return;
  }
  for (const key of Object.keys(here)) {
    if (path.startsWith(`${key}.`)) remove(here[key], path.slice(key.length + 1));
    else if (path.startsWith(`${key}[`)) remove(here[key], path.slice(key.length));
  }
}
