import { realpath } from 'node:fs/promises';
import { contentHash } from './content-hash.ts';
import { type Entry, entryOf, isSame, type Manifest, rename, titleOf } from './entry.ts';
import { generate } from './generators.ts';
import { setImages } from './images.ts';
import type { Kustomization } from './kustomization.ts';
import { KustomizationFolder } from './kustomization-folder.ts';
import { KustomizeError } from './kustomize-error.ts';
import { addAnnotations, addLabels } from './labels.ts';
import { parseManifests } from './manifest-text.ts';
import { mendReferences } from './name-references.ts';
import { addToNames, setNamespace } from './names.ts';
import { inOutputOrder } from './output-order.ts';
import { applyPatches } from './patches.ts';
import { setReplicas } from './replicas.ts';

/** What a kustomization around a folder would add. */
export interface Around {
  /** Folders of components. */
  components?: string[];
  images?: NonNullable<Kustomization['images']>;
}

/**
 * The objects of a kustomization folder, as `kubectl kustomize` prints them, in its order. Throws KustomizeError, which names file and field,
 * for what is wrong and for what is not supported.
 */
export async function buildKustomization(folder: string, { components = [], images = [] }: Around = {}): Promise<Manifest[]> {
  let entries = await accumulate(folder, { within: [], as: 'Kustomization', above: [] });
  for (const component of components) entries = await accumulate(component, { within: [], as: 'Component', above: entries });
  setImages(entries, images);
  for (const entry of entries) if (entry.needsHash) rename(entry, { name: `${entry.object.metadata.name}-${contentHash(entry.object)}` });
  mendReferences(entries);
  return inOutputOrder(entries.map(({ object }) => object));
}

interface Place {
  /** The folders that led here. */
  within: string[];
  as: 'Kustomization' | 'Component';
  /** What a component is added to, and may change as its own; [] for others. */
  above: Entry[];
}

/** One kustomization: what it is made of first, then its components, then what it does to all of that, in kustomize's order. */
async function accumulate(path: string, { within, as, above }: Place): Promise<Entry[]> {
  const folder = await KustomizationFolder.open(path);
  const here = [...within, folder.path];
  if (within.includes(folder.path)) throw new KustomizeError(`${folder.file}: it is made of itself: ${here.join(' -> ')}`);
  const { content, file } = folder;
  if ((content.kind ?? 'Kustomization') !== as)
    throw new KustomizeError(
      `${file}: it is a ${content.kind ?? 'Kustomization'}, which belongs into ${as === 'Component' ? 'resources' : 'components'}`,
    );
  let entries = await resourcesOf(folder, here, above);
  for (const [index, name] of (content.components ?? []).entries())
    entries = await accumulate(await folder.locateFolder(name, `components[${index}]`), { within: here, as: 'Component', above: entries });
  entries = await generate(entries, folder);
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

async function resourcesOf(folder: KustomizationFolder, within: string[], above: Entry[]): Promise<Entry[]> {
  const entries = [...above];
  for (const [index, name] of (folder.content.resources ?? []).entries()) {
    const field = `resources[${index}]`;
    const found = await folder.locate(name, field);
    const added =
      found.kind === 'folder'
        ? await accumulate(await realpath(found.path), { within, as: 'Kustomization', above: [] })
        : parseManifests((await folder.read(name, field)).toString('utf8'), found.path).map((object) => entryOf(object));
    for (const entry of added) {
      if (entries.some((there) => isSame(there.object, entry.object)))
        throw new KustomizeError(`${folder.file}: ${field}: ${titleOf(entry.object)} is there already, from an earlier one`);
      entries.push(entry);
    }
  }
  return entries;
}
