import { isUtf8 } from 'node:buffer';
import { basename } from 'node:path';
import { type Entry, entryOf, identities, type Manifest, titleOf } from './entry.ts';
import type { ConfigMapArguments, GeneratorOptions, SecretArguments } from './kustomization.ts';
import type { KustomizationFolder } from './kustomization-folder.ts';
import { KustomizeError } from './kustomize-error.ts';

/** `configMapGenerator` and `secretGenerator`: answers the entries with what they make, or change of what is there. */
export async function generate(entries: Entry[], folder: KustomizationFolder): Promise<Entry[]> {
  const { configMapGenerator = [], secretGenerator = [], generatorOptions = {} } = folder.content;
  let result = entries;
  for (const [index, one] of configMapGenerator.entries()) {
    const field = `configMapGenerator[${index}]`;
    const { data, binaryData } = split(await valuesOf(one, folder, field));
    const object = configObject('ConfigMap', one, generatorOptions, { ...(data && { data }), ...(binaryData && { binaryData }) });
    result = place(result, object, one, generatorOptions, `${folder.file}: ${field}`);
  }
  for (const [index, one] of secretGenerator.entries()) {
    const field = `secretGenerator[${index}]`;
    const values = await valuesOf(one, folder, field);
    const data = Object.fromEntries([...values].map(([key, value]) => [key, base64(value)]));
    const content = { type: one.type ?? 'Opaque', ...(values.size > 0 && { data }) };
    result = place(result, configObject('Secret', one, generatorOptions, content), one, generatorOptions, `${folder.file}: ${field}`);
  }
  return result;
}

function configObject(kind: string, { name, namespace, options }: SecretArguments, shared: GeneratorOptions, content: object): Manifest {
  const labels = { ...shared.labels, ...options?.labels };
  const annotations = { ...shared.annotations, ...options?.annotations };
  const immutable = options?.immutable ?? shared.immutable;
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    ...content,
    ...(immutable && { immutable }),
  };
}

function place(entries: Entry[], object: Manifest, one: ConfigMapArguments, shared: GeneratorOptions, where: string): Entry[] {
  const needsHash = !(one.options?.disableNameSuffixHash ?? shared.disableNameSuffixHash ?? false);
  const { kind, metadata } = object;
  const found = entries.filter(
    (entry) =>
      entry.object.kind === kind &&
      identities(entry).some(({ name, namespace }) => name === metadata.name && namespace === (metadata.namespace ?? 'default')),
  );
  const [entry] = found;
  const behavior = one.behavior ?? 'create';
  if (behavior === 'create') {
    if (entry)
      throw new KustomizeError(`${where}: ${titleOf(object)} is there already`, 'give it `behavior: merge` or `behavior: replace`');
    return [...entries, entryOf(object, needsHash)];
  }
  if (!entry || found.length > 1)
    throw new KustomizeError(`${where}: ${found.length} of the resources are ${titleOf(object)}, to ${behavior}`);
  const before = entry.object;
  const merged = (field: string): object | undefined => {
    const both = { ...(behavior === 'merge' ? (before[field] as object) : {}), ...(object[field] as object) };
    return Object.keys(both).length > 0 ? both : undefined;
  };
  const content = Object.fromEntries(['data', 'binaryData'].map((field) => [field, merged(field)]).filter(([, value]) => value));
  const labels = { ...before.metadata.labels, ...metadata.labels };
  const annotations = { ...before.metadata.annotations, ...metadata.annotations };
  entry.object = {
    ...object,
    ...(before.type !== undefined && !one.behavior ? { type: before.type } : {}),
    metadata: {
      ...before.metadata,
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    ...content,
  };
  // What had its own name before keeps it.
  entry.needsHash = entry.needsHash && needsHash;
  return entries;
}

async function valuesOf(one: ConfigMapArguments, folder: KustomizationFolder, field: string): Promise<Map<string, Buffer>> {
  const values = new Map<string, Buffer>();
  const put = (key: string, value: Buffer): void => {
    if (!/^[-._a-zA-Z0-9]+$/.test(key))
      throw new KustomizeError(`${folder.file}: ${field}: '${key}' is not a key of a ${'ConfigMap or Secret'}`);
    if (values.has(key)) throw new KustomizeError(`${folder.file}: ${field}: ${key} is given twice`);
    values.set(key, value);
  };
  for (const env of one.envs ?? []) {
    const text = (await folder.read(env, `${field}.envs`)).toString('utf8').replace(/^\uFEFF/, '');
    for (const line of text.split(/\r?\n/).map((each) => each.trimStart())) {
      if (!line || line.startsWith('#')) continue;
      const [key, value] = keyAndValue(line, `${folder.file}: ${field}.envs: ${env}`);
      put(key, Buffer.from(value));
    }
  }
  for (const literal of one.literals ?? []) {
    const [key, value] = keyAndValue(literal, `${folder.file}: ${field}.literals`);
    put(key, Buffer.from(/^(["']).*\1$/s.test(value) && value.length > 1 ? value.slice(1, -1) : value));
  }
  for (const file of one.files ?? []) {
    const equals = file.indexOf('=');
    const path = file.slice(equals + 1);
    put(equals < 0 ? basename(path) : file.slice(0, equals), await folder.read(path, `${field}.files`));
  }
  return values;
}

function keyAndValue(text: string, where: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new KustomizeError(`${where}: '${text}' is not KEY=VALUE`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function split(values: Map<string, Buffer>): { data?: Record<string, string>; binaryData?: Record<string, string> } {
  const [texts, others] = [[...values].filter(([, value]) => isUtf8(value)), [...values].filter(([, value]) => !isUtf8(value))];
  return {
    ...(texts.length > 0 && { data: Object.fromEntries(texts.map(([key, value]) => [key, value.toString('utf8')])) }),
    ...(others.length > 0 && { binaryData: Object.fromEntries(others.map(([key, value]) => [key, base64(value)])) }),
  };
}

const lineLength = 70;

/** As kustomize writes it: lines of 70 characters where it is longer than one. They count in the hash. */
function base64(value: Buffer): string {
  const text = value.toString('base64');
  if (text.length < lineLength) return text;
  return (text.match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? []).map((line) => `${line}\n`).join('');
}
