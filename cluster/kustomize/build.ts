import { realpath } from 'node:fs/promises';
import { contentHash } from './content-hash.ts';
import { type Entry, entryOf, isSame, type Manifest, rename, titleOf } from './entry.ts';
import { generate } from './generators.ts';
import { setImages } from './images.ts';
import { KustomizationFolder } from './kustomization-folder.ts';
import { KustomizeError } from './kustomize-error.ts';
import { addAnnotations, addLabels } from './labels.ts';
import { parseManifests } from './manifest-text.ts';
import { mendReferences } from './name-references.ts';
import { addToNames, setNamespace } from './names.ts';
import { inOutputOrder } from './output-order.ts';
import { applyPatches } from './patches.ts';
import { setReplicas } from './replicas.ts';

/**
 * The objects of a kustomization folder, as `kubectl kustomize` prints them, in its order. Throws KustomizeError, which names file and field,
 * for what is wrong and for what is not supported.
 */
export async function buildKustomization(folder: string): Promise<Manifest[]> {
  const entries = await accumulate(folder, []);
  for (const entry of entries) if (entry.needsHash) rename(entry, { name: `${entry.object.metadata.name}-${contentHash(entry.object)}` });
  mendReferences(entries);
  return inOutputOrder(entries.map(({ object }) => object));
}

/** One kustomization: what it is made of first, then what it does to that, in kustomize's order. `within`: the folders that led here. */
async function accumulate(path: string, within: string[]): Promise<Entry[]> {
  const folder = await KustomizationFolder.open(path);
  if (within.includes(folder.path))
    throw new KustomizeError(`${folder.file}: it is made of itself: ${[...within, folder.path].join(' -> ')}`);
  const { content, file } = folder;
  let entries = await generate(await resourcesOf(folder, [...within, folder.path]), folder);
  if (entries.length === 0) throw new KustomizeError(`${file}: nothing comes of it: it has no resources`);
  entries = await applyPatches(entries, content.patches ?? [], folder);
  if (content.namespace) setNamespace(entries, content.namespace);
  if (content.namePrefix || content.nameSuffix) addToNames(entries, content.namePrefix ?? '', content.nameSuffix ?? '');
  for (const { pairs, includeSelectors, includeTemplates } of content.labels ?? [])
    addLabels(entries, pairs, includeSelectors ? 'selectors' : includeTemplates ? 'templates' : 'metadata');
  if (content.commonLabels) addLabels(entries, content.commonLabels, 'selectors');
  if (content.commonAnnotations) addAnnotations(entries, content.commonAnnotations);
  setReplicas(entries, content.replicas ?? [], file);
  setImages(entries, content.images ?? []);
  mendReferences(entries);
  return entries;
}

async function resourcesOf(folder: KustomizationFolder, within: string[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const [index, name] of (folder.content.resources ?? []).entries()) {
    const field = `resources[${index}]`;
    const found = await folder.locate(name, field);
    const added =
      found.kind === 'folder'
        ? await accumulate(await realpath(found.path), within)
        : parseManifests((await folder.read(name, field)).toString('utf8'), found.path).map((object) => entryOf(object));
    for (const entry of added) {
      if (entries.some((there) => isSame(there.object, entry.object)))
        throw new KustomizeError(`${folder.file}: ${field}: ${titleOf(entry.object)} is there already, from an earlier one`);
      entries.push(entry);
    }
  }
  return entries;
}
