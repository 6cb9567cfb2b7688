import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../api/object.ts';

/** A field as Kubernetes' internal types call it: `dnsPolicy` is DNSPolicy. */
const internalName = (field: string): string => field.replace(/^dns/, 'DNS').replace(/^./, (first) => first.toUpperCase());

/** An absent field as it is printed: the zero of its type. */
const zeroLike = (other: unknown): unknown => (typeof other === 'string' ? '' : null);

function* pairs(before: unknown, after: unknown, name: string): Generator<[string, unknown, unknown]> {
  if (isDeepStrictEqual(before, after)) return;
  const inside = (isObject(before) && isObject(after)) || (Array.isArray(before) && Array.isArray(after) && before.length === after.length);
  if (!inside) yield [name, before ?? zeroLike(after), after ?? zeroLike(before)];
  else {
    const [one, other] = [before as Record<string, unknown>, after as Record<string, unknown>];
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      yield* pairs(one[key], other[key], Array.isArray(before) ? name : internalName(key));
    }
  }
}

/** The fields that differ, a line each for what was and what is: the part of Kubernetes' diff that tells which field it was. */
export function changedLines(before: object, after: object): string {
  const lines = [...pairs(before, after, '')].map(([name, was, is]) => {
    const label = name === '' ? '' : `${JSON.stringify(name)}: `;
    return `- ${label}${JSON.stringify(was)},\n+ ${label}${JSON.stringify(is)},\n`;
  });
  return lines.join('');
}
