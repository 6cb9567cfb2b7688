import { isObject, type Json, type JsonObject } from '../api/object.ts';
import { type FieldModel, fieldsOf, modelNameIn, modelOf } from './field-models.ts';
import { entryOf, goName, goType, isQuantity, itemOf } from './go-types.ts';
import { parseQuantity } from './quantity.ts';

export { loadFieldModels } from './field-models.ts';

/** What decoding an object would say of it. */
export interface FieldsFound {
  /** Paths that the kind does not have, for example `spec.template.spec.containers[0].ports[0].containerport`. */
  unknown: string[];
  /** The first value that does not fit its field, in Go's words: `json: cannot unmarshal string into Go struct field …`. */
  wrongType?: string;
}

/** Where a value stands: its path with indices for people, and without them as Go has it. */
interface Place {
  path: string;
  /** Fields from the root, as Go's decoder names them: indices and keys of maps do not count. */
  fields: string[];
  /** The Go struct that has the field. */
  struct: string;
}

/** The first thing that Go's decoder would not take ends its search; unknown fields are all collected. */
class Found implements FieldsFound {
  readonly unknown: string[] = [];
  wrongType?: string;
  refuse(sentence: string): void {
    this.wrongType ??= sentence;
  }
  mismatch(value: Json, type: string, { struct, fields }: Place): void {
    this.refuse(`json: cannot unmarshal ${shownKind(value, type)} into Go struct field ${struct}.${fields.join('.')} of type ${type}`);
  }
}

function shownKind(value: Json, type: string): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  // Go shows the number where it wants an integer and this is none.
  if (typeof value === 'number') return /^int/.test(type) ? `number ${value}` : 'number';
  return typeof value;
}

/**
 * What is unknown and what is of the wrong type in an object that a client sent, by client-node's models, in the words of Kubernetes'
 * strict decoding. Await `loadFieldModels` once before. An object of a kind that is not known is taken as it is.
 */
export function checkFields(object: JsonObject): FieldsFound {
  const found = new Found();
  const model = modelOf(object.apiVersion, object.kind);
  if (model) walkObject(object, model, { path: '', fields: [], struct: '' }, found);
  return { unknown: found.unknown, ...(found.wrongType !== undefined && { wrongType: found.wrongType }) };
}

function walkObject(object: JsonObject, model: string, place: Place, found: Found): void {
  const known = fieldsOf(model);
  for (const [name, value] of Object.entries(object)) {
    const field = known.get(name);
    const path = place.path ? `${place.path}.${name}` : name;
    if (!field) found.unknown.push(path);
    else if (value !== null) walkField(value, field, { path, fields: [...place.fields, name], struct: goName(model) }, found);
  }
}

function walkField(value: Json, field: FieldModel, place: Place, found: Found): void {
  const item = itemOf(field.type);
  const entry = entryOf(field.type);
  const model = item || entry ? undefined : modelNameIn(field.type);
  const shape = item ? Array.isArray(value) : entry || model ? isObject(value) : fitsScalar(value, field, place, found);
  if (!shape) found.mismatch(value, goType(field, `${place.struct}.${place.fields.at(-1)}`), place);
  else if (item) eachOf(Object.entries(value as Json[]), (key) => `[${key}]`, { ...field, type: item }, place, found);
  else if (entry) eachOf(Object.entries(value as JsonObject), (key) => `.${key}`, { ...field, type: entry }, place, found);
  else if (model) walkObject(value as JsonObject, model, place, found);
}

function eachOf(entries: [string, Json][], step: (key: string) => string, field: FieldModel, place: Place, found: Found): void {
  for (const [key, one] of entries) if (one !== null) walkField(one, field, { ...place, path: place.path + step(key) }, found);
}

function fitsScalar(value: Json, field: FieldModel, { struct, fields }: Place, found: Found): boolean {
  return isQuantity(`${struct}.${fields.at(-1)}`) ? quantityFits(value, found) : scalarFits(value, field, found);
}

function quantityFits(value: Json, found: Found): boolean {
  // Anything that is not text is read as if it were.
  const text = typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
  try {
    parseQuantity(text);
  } catch (error) {
    found.refuse((error as Error).message);
  }
  return true;
}

function scalarFits(value: Json, { type, format }: FieldModel, found: Found): boolean {
  switch (type) {
    case 'number':
      return typeof value === 'number' && (format === 'double' || Number.isInteger(value)) && inRange(value, format);
    case 'boolean':
      return typeof value === 'boolean';
    case 'IntOrString':
      return typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value) && inRange(value, 'int32'));
    case 'Date':
    case 'V1MicroTime':
    case 'string':
      if (typeof value !== 'string') return false;
      if (type !== 'string') checkTime(value, type, found);
      if (format === 'byte') checkBase64(value, found);
      return true;
    default:
      return true; // `any`: JSON of its own
  }
}

const inRange = (value: number, format: string): boolean => format !== 'int32' || (value >= -(2 ** 31) && value < 2 ** 31);

function checkTime(text: string, type: string, found: Found): void {
  if (!Number.isNaN(Date.parse(text))) return;
  const layout = type === 'Date' ? '2006-01-02T15:04:05Z07:00' : '2006-01-02T15:04:05.000000Z07:00';
  found.refuse(`parsing time ${JSON.stringify(text)} as "${layout}": cannot parse ${JSON.stringify(text)} as "2006"`);
}

/** Go's encoding/base64 counts the byte at which it stops. */
function checkBase64(text: string, found: Found): void {
  const bytes = text.replace(/[\r\n]/g, '');
  const wrong = /[^A-Za-z0-9+/]/.exec(bytes.replace(/={1,2}$/, ''));
  if (wrong) found.refuse(`illegal base64 data at input byte ${wrong.index}`);
  else if (bytes.length % 4 !== 0) found.refuse(`illegal base64 data at input byte ${bytes.length - (bytes.length % 4)}`);
}
