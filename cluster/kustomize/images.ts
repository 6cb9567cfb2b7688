import { isObject } from '../api/object.ts';
import type { Entry } from './entry.ts';
import type { Kustomization } from './kustomization.ts';

type ImageChange = NonNullable<Kustomization['images']>[number];

/** The image's new name, or the one it has where the change is not about it. */
export function changeImage(image: string, change: ImageChange): string {
  if (!new RegExp(`^${change.name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`).test(image)) return image;
  const [, name = image, oldTag = '', oldDigest = ''] = /^(.*?)(?::([^:/@]*))?(?:@(.*))?$/.exec(image) ?? [];
  const pinned = Boolean(change.newTag || change.digest);
  const tag = pinned ? (change.newTag ?? '') : oldTag;
  const digest = pinned ? (change.digest ?? '') : oldDigest;
  const suffixed = tag || change.tagSuffix ? `:${tag}${change.tagSuffix ?? ''}` : '';
  return `${change.newName || name}${suffixed}${digest ? `@${digest}` : ''}`;
}

/** `images`: on every container of every kind, wherever its Pod template is. */
export function setImages(entries: Entry[], changes: ImageChange[]): void {
  for (const change of changes) {
    for (const { object } of entries) if (object.kind !== 'CustomResourceDefinition') visit(object, change);
  }
}

function visit(node: unknown, change: ImageChange): void {
  if (Array.isArray(node)) for (const item of node) visit(item, change);
  if (!isObject(node)) return;
  for (const [key, value] of Object.entries(node)) {
    visit(value, change);
    if ((key !== 'containers' && key !== 'initContainers') || !Array.isArray(value)) continue;
    for (const container of value)
      if (isObject(container) && typeof container.image === 'string') container.image = changeImage(container.image, change);
  }
}
