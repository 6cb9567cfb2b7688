import { isObject, type Json } from '../api/object.ts';
import { jsonPatch } from '../api/patches/json-patch.ts';
import { strategicMergePatch } from '../api/patches/strategic-merge-patch.ts';
import { parseSelector } from '../resources/label-selector.ts';
import { asJson, type Entry, groupOf, identities, identityOf, type Manifest, titleOf, versionOf } from './entry.ts';
import type { Patch, Target } from './kustomization.ts';
import type { KustomizationFolder } from './kustomization-folder.ts';
import { KustomizeError } from './kustomize-error.ts';
import { parseManifests, parseYaml } from './manifest-text.ts';

/** `patches`: answers the entries that are left, patched in order. */
export async function applyPatches(entries: Entry[], patches: Patch[], folder: KustomizationFolder): Promise<Entry[]> {
  let left = entries;
  for (const [index, patch] of patches.entries()) {
    const field = `patches[${index}]`;
    if ((patch.patch === undefined) === (patch.path === undefined))
      throw new KustomizeError(`${folder.file}: ${field}: it takes one of patch and path`);
    const text = patch.patch ?? (await folder.read(patch.path ?? '', `${field}.path`)).toString('utf8');
    const where = patch.path === undefined ? `${folder.file}: ${field}.patch` : `${folder.file}: ${field}.path: ${patch.path}`;
    left = apply(left, text, patch, where);
  }
  return left;
}

function apply(entries: Entry[], text: string, patch: Patch, where: string): Entry[] {
  const documents = parseYaml(text, where);
  const operations = documents.length === 1 && Array.isArray(documents[0]) ? (documents[0] as Json[]) : undefined;
  if (operations) {
    if (!patch.target) throw new KustomizeError(`${where}: a JSON 6902 patch needs a target`);
    for (const entry of select(entries, patch.target, where)) entry.object = operate(entry.object, operations, where);
    return entries;
  }
  if (documents.length === 0) throw new KustomizeError(`${where}: the patch is empty`);
  if (patch.target) {
    const chosen = new Set(select(entries, patch.target, where));
    return documents.reduce<Entry[]>((left, document) => {
      if (!isObject(document)) throw new KustomizeError(`${where}: neither an object nor a list of JSON 6902 operations`);
      return merge(left, chosen, document as unknown as Manifest, patch.options ?? {});
    }, entries);
  }
  return parseManifests(text, where).reduce((left, document) => {
    const found = left.filter((entry) => isNamedBy(entry, document));
    if (found.length !== 1) throw new KustomizeError(`${where}: ${found.length || 'nothing'} among the resources is ${titleOf(document)}`);
    return merge(left, new Set(found), document, patch.options ?? {});
  }, entries);
}

function isNamedBy(entry: Entry, document: Manifest): boolean {
  const wanted = identityOf(document);
  const { object } = entry;
  return (
    object.kind === document.kind &&
    object.apiVersion === document.apiVersion &&
    identities(entry).some(({ name, namespace }) => name === wanted.name && namespace === wanted.namespace)
  );
}

function merge(entries: Entry[], chosen: ReadonlySet<Entry>, patch: Manifest, options: NonNullable<Patch['options']>): Entry[] {
  const deletes = (patch as { $patch?: unknown }).$patch === 'delete';
  return entries.filter((entry) => {
    if (!chosen.has(entry)) return true;
    if (deletes) return false;
    const { apiVersion, kind, metadata } = entry.object;
    const merged = strategicMergePatch(structuredClone(asJson(entry.object)), structuredClone(asJson(patch))) as unknown as Manifest;
    if (!options.allowKindChange) Object.assign(merged, { apiVersion, kind });
    // Whatever name the patch came by, the object keeps its own.
    if (!options.allowNameChange) merged.metadata.name = metadata.name;
    if (metadata.namespace === undefined) delete merged.metadata.namespace;
    else merged.metadata.namespace = metadata.namespace;
    entry.object = merged;
    return true;
  });
}

function operate(object: Manifest, operations: Json[], where: string): Manifest {
  try {
    return jsonPatch(asJson(object), operations) as unknown as Manifest;
  } catch (error) {
    const why = `one of ${JSON.stringify(operations)} does not fit it`;
    throw new KustomizeError(`${where}: cannot patch ${titleOf(object)}: ${why}`, '', { cause: error });
  }
}

/** The entries that a target means: its fields are regular expressions over the whole value; what it leaves out is free. */
function select(entries: Entry[], target: Target, where: string): Entry[] {
  const test = (pattern: string | undefined): ((value: string) => boolean) => {
    if (!pattern) return () => true;
    const expression = new RegExp(`^(?:${pattern})$`);
    return (value) => expression.test(value);
  };
  try {
    const [group, version, kind, name, namespace] = [target.group, target.version, target.kind, target.name, target.namespace].map(test);
    const labels = parseSelector(target.labelSelector ?? '');
    const annotations = parseSelector(target.annotationSelector ?? '');
    return entries.filter((entry) => {
      const { apiVersion, kind: itsKind, metadata } = entry.object;
      return (
        group?.(groupOf(apiVersion)) &&
        version?.(versionOf(apiVersion)) &&
        kind?.(itsKind) &&
        identities(entry).some((each) => name?.(each.name) && namespace?.(each.namespace)) &&
        labels(metadata.labels) &&
        annotations(metadata.annotations)
      );
    });
  } catch (error) {
    throw new KustomizeError(`${where}: target: ${(error as Error).message}`, '', { cause: error });
  }
}
