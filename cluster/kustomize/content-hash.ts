import { createHash } from 'node:crypto';
import type { Manifest } from './entry.ts';

/** Letters that make no words. */
const alphabet: Record<string, string> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

/** The suffix that kustomize gives the name of a generated ConfigMap or Secret: it changes with its content (kustomize api/hasher). */
export function contentHash(object: Manifest): string {
  const { kind } = object;
  // The name does not count, though kustomize means it to: it looks for it at a place where it is not.
  const values: Record<string, unknown> = { kind, name: '', data: object.data ?? '' };
  const more = kind === 'ConfigMap' ? 'binaryData' : 'stringData';
  if (object[more] !== undefined) values[more] = object[more];
  if (kind === 'Secret') values.type = object.type ?? '';
  const hex = createHash('sha256').update(goJson(values)).digest('hex').slice(0, 10);
  return hex.replace(/[013ae]/g, (letter) => alphabet[letter] ?? letter);
}

/** JSON as Go's encoding/json writes it: keys in order of their bytes, <, > and & escaped. */
function goJson(value: unknown): string {
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    return `{${entries.map(([key, each]) => `${goJson(key)}:${goJson(each)}`).join(',')}}`;
  }
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
