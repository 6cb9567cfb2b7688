import { parseAllDocuments, type ScalarTag } from 'yaml';
import { isObject } from '../api/object.ts';
import type { Manifest } from './entry.ts';
import { KustomizeError } from './kustomize-error.ts';

/** `defaultMode: 0644` is octal to Kubernetes (go-yaml reads YAML 1.1's form too), but decimal in YAML 1.2. */
const octal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0[0-7]+$/,
  resolve: (text) => Number.parseInt(text, 8),
};

/** All documents of a YAML (or JSON) text, as plain values; empty ones are left out. `file` is for messages. */
export function parseYaml(text: string, file: string): unknown[] {
  const documents = parseAllDocuments(text, { merge: true, customTags: (tags) => [octal, ...tags] });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new KustomizeError(`${file}: ${error.message.trim()}`, '', { cause: error });
    const value: unknown = document.toJS();
    return value === null || value === undefined ? [] : [value];
  });
}

/** The objects of a manifest; the items of a List count as objects of their own. */
export const parseManifests = (text: string, file: string): Manifest[] =>
  parseYaml(text, file).flatMap((value, index) => objectsOf(value, file, index));

function objectsOf(value: unknown, file: string, index: number): Manifest[] {
  const where = `${file}: document ${index + 1}`;
  if (!isObject(value)) throw new KustomizeError(`${where} is not a Kubernetes object, but ${JSON.stringify(value)}`);
  if (typeof value.kind !== 'string' || !value.kind) throw new KustomizeError(`${where}: kind is missing`);
  if (typeof value.apiVersion !== 'string' || !value.apiVersion) throw new KustomizeError(`${where}: apiVersion is missing`);
  if (value.kind.endsWith('List') && Array.isArray(value.items)) return value.items.flatMap((item) => objectsOf(item, file, index));
  if (!isObject(value.metadata) || typeof value.metadata.name !== 'string' || !value.metadata.name)
    throw new KustomizeError(`${where}: ${value.kind} has no metadata.name`);
  return [value as unknown as Manifest];
}
