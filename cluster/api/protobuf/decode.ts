import { badRequest, unsupportedMediaType } from '../errors.ts';
import { isObject, type Json, type JsonObject, timestamp } from '../object.ts';
import { messages } from './messages.ts';

export const protobufType = 'application/vnd.kubernetes.protobuf';
const magic = 'k8s\0';

type Value = number | Buffer;

function* fieldsOf(bytes: Buffer): Generator<{ number: number; value: Value }> {
  let offset = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[offset++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
    throw badRequest('the protobuf body ends in the middle of a number');
  };
  while (offset < bytes.length) {
    const tag = varint();
    const type = tag & 7;
    if (type === 0) {
      yield { number: tag >> 3, value: varint() };
      continue;
    }
    const length = type === 1 ? 8 : type === 5 ? 4 : type === 2 ? varint() : -1;
    if (length < 0 || offset + length > bytes.length) throw badRequest('the protobuf body ends in the middle of a field');
    yield { number: tag >> 3, value: bytes.subarray(offset, offset + length) };
    offset += length;
  }
}

const fieldOf = (bytes: Buffer, wanted: number): Value | undefined => [...fieldsOf(bytes)].find((field) => field.number === wanted)?.value;

function scalar(type: string, value: Value): Json {
  if (typeof value === 'number') return type === 'b' || type === 'f' ? value === 1 : value;
  if (type === 's') return value.toString('utf8');
  if (type === 'y') return value.toString('base64');
  if (type === 'q') return String(fieldOf(value, 1) ?? '0');
  if (type === 't') return value.length > 0 ? timestamp(Number(fieldOf(value, 1) ?? 0) * 1000) : null;
  // IntOrString: which of the two, the number, the string.
  if (type === 'p') return fieldOf(value, 1) === 1 ? String(fieldOf(value, 3) ?? '') : Number(fieldOf(value, 2) ?? 0);
  return message(type, value);
}

const entryTypes: Record<string, string> = { m: 's', my: 'y', mq: 'q' };

function message(type: string, bytes: Buffer): JsonObject {
  const result: JsonObject = {};
  for (const { number, value } of fieldsOf(bytes)) {
    const [name, is = ''] = messages[type]?.[number]?.split(':') ?? [];
    if (!name) {
      refuseUnlessEmpty(type, number, value);
      continue;
    }
    const entryType = entryTypes[is];
    const before = result[name];
    if (entryType && typeof value !== 'number') {
      const entry = scalar(entryType, fieldOf(value, 2) ?? Buffer.alloc(0));
      result[name] = { ...(isObject(before) && before), [String(fieldOf(value, 1) ?? '')]: entry };
    } else if (is.endsWith('[]')) result[name] = [...(Array.isArray(before) ? before : []), scalar(is.slice(0, -2), value)];
    // Go writes what is not set as well: an empty string is none, nor is a zero where the field is no pointer.
    else if (!(is === 's' && value.toString() === '') && !(/^[nf]$/.test(is) && value === 0)) result[name] = scalar(is, value);
  }
  return result;
}

/** A field that is not in the tables is refused rather than lost, but for what Go writes of everything: zeros, and messages of zeros. */
function refuseUnlessEmpty(type: string, number: number, value: Value): void {
  const where = `field ${number} of ${type}`;
  if (!isEmpty(value)) throw unsupportedMediaType(`${protobufType} with ${where}, which this cluster reads as JSON only`);
}

function isEmpty(value: Value): boolean {
  if (typeof value === 'number') return value === 0;
  try {
    return [...fieldsOf(value)].every((field) => isEmpty(field.value));
  } catch {
    return false; // no message, so a string or bytes that say something
  }
}

/** The object in a body of `application/vnd.kubernetes.protobuf`: `k8s\0`, then an envelope with the kind and the object's own bytes. Throws 400, 415. */
export function decodeProtobuf(body: Buffer): JsonObject {
  if (body.subarray(0, 4).toString('latin1') !== magic) throw badRequest('the body is not of the form that Kubernetes gives protobuf');
  const envelope = message('Envelope', body.subarray(4));
  const { apiVersion = '', kind = '' } = (envelope.type ?? {}) as Record<string, string>;
  const known = [`${apiVersion} ${kind}`, kind].find((name) => messages[name]);
  if (!known) throw unsupportedMediaType(`${protobufType} with a ${kind} of ${apiVersion}: this cluster reads that kind as JSON only`);
  return { apiVersion, kind, ...message(known, Buffer.from(String(envelope.raw ?? ''), 'base64')) };
}
