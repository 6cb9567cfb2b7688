import { GoNumber, type Json } from './go-json.ts';

type Values = { string: string; bool: boolean; int64: number; float32: number; object: { [key: string]: Json } };
export type GoType = keyof Values;
type Read<F extends Record<string, GoType>> = { [K in keyof F]?: Values[F[K]] };

export interface GoStruct<F extends Record<string, GoType>> {
  /** In messages, for a value that is no object: `toxiproxy.Proxy`. */
  type: string;
  /** In messages, before the field: `Proxy`. */
  name: string;
  /** Path to the struct, before the field: `attributes.`. */
  path?: string;
  fields: F;
  /** Of fields of type `object`. */
  objectType?: string;
}

/**
 * The fields that a struct knows, from what was sent, as Go's encoding/json unmarshals it: names in any case, null for absent, the rest
 * ignored. Throws an Error in Go's words for the first value of another type.
 */
export function readStruct<F extends Record<string, GoType>>(struct: GoStruct<F>, sent: Json): Read<F> {
  if (sent === null) return {};
  if (kindOf(sent) !== 'object') throw new Error(`json: cannot unmarshal ${kindOf(sent)} into Go value of type ${struct.type}`);
  const read: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(sent as object) as [string, Json][]) {
    const field =
      Object.keys(struct.fields).find((name) => name === key) ?? Object.keys(struct.fields).find((name) => name === key.toLowerCase());
    const type = field === undefined ? undefined : struct.fields[field];
    if (field === undefined || type === undefined || value === null) continue;
    const problem = mismatch(value, type);
    if (problem) {
      const printed = type === 'object' ? (struct.objectType ?? 'map[string]interface {}') : type;
      throw new Error(
        `json: cannot unmarshal ${problem} into Go struct field ${struct.name}.${struct.path ?? ''}${field} of type ${printed}`,
      );
    }
    read[field] = value instanceof GoNumber ? numberOf(value, type) : value;
  }
  return read as Read<F>;
}

/** As Go names it in messages. */
export const kindOf = (value: Json): string =>
  Array.isArray(value) ? 'array' : value instanceof GoNumber ? 'number' : typeof value === 'boolean' ? 'bool' : typeof value;

function mismatch(value: Json, type: GoType): string | undefined {
  const kind = kindOf(value);
  if (type !== 'int64' && type !== 'float32') return kind === type ? undefined : kind;
  if (!(value instanceof GoNumber)) return kind;
  const fits =
    type === 'int64' ? /^-?\d+$/.test(value.text) && Math.abs(Number(value.text)) <= 2 ** 63 : Number.isFinite(numberOf(value, type));
  return fits ? undefined : `number ${value.text}`;
}

function numberOf({ text }: GoNumber, type: GoType): number {
  if (type === 'int64') return Number(text);
  const single = Math.fround(Number(text));
  // As Go prints a float32: with the fewest digits that lead back to it.
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return single;
}
