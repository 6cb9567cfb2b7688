import type { ImageChange } from '../../platform.ts';

const contentDigits = 16;

/**
 * What an image of elsewhere is called in a registry: by its path, without the host that it comes from, and by its tag. Where no tag says which
 * content is meant (`latest`, a digest) it gets one of its content. `id`: the engine's, of that content.
 */
export function nameInRegistry(registry: string, image: string, id: string): ImageChange {
  const [, name = image, tag = 'latest', digest] = /^(.*?)(?::([^:/@]+))?(@.*)?$/.exec(image) ?? [];
  const [first = '', ...rest] = name.split('/');
  const isHost = rest.length > 0 && (first === 'localhost' || /[.:]/.test(first));
  const ofContent = tag === 'latest' || digest !== undefined;
  return {
    name: image,
    newName: `${registry}/${isHost ? rest.join('/') : name}`,
    newTag: ofContent ? `content-${id.replace(/^sha256:/, '').slice(0, contentDigits)}` : tag,
  };
}
