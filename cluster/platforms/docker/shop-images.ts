import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Dockerode from 'dockerode';
import { packageFolder } from '../../images/images.ts';
import { hasImage } from '../../kubelet/runtimes/container/engine-images.ts';
import { buildImage } from './engine.ts';

const services = ['order', 'delivery', 'product'] as const;
/** Tag of the shop's images in the manifests. */
const tag = '0.1.0';
const repoOf = (service: string): string => `shoplab/${service}`;
const nameOf = (service: string): string => `${repoOf(service)}:${tag}`;

/** The images that are made of this package. */
export const shopImages: readonly string[] = services.map(nameOf);
/** What the shop and its experiments take from public registries. */
export const publicImages: readonly string[] = ['node:24-slim', 'postgres:18', 'apache/kafka:4.1.2', 'ghcr.io/shopify/toxiproxy:2.12.0'];

/**
 * Makes sure that the images of the shop are there, made of what this package holds. Each has a tag of its content (`shoplab/order:content-…`), so one
 * that was made of the same files is not built again. Answers what was built; rejects with what the engine says.
 */
export async function ensureShopImages(docker: Dockerode, say: (text: string) => void): Promise<string[]> {
  const built: string[] = [];
  for (const { service, image, root, files, name } of contentImages()) {
    if (!(await hasImage(docker, image))) {
      say(`building image ${nameOf(service)}`);
      await buildImage(docker, { context: root, src: files }, { dockerfile: 'shop/Dockerfile', t: image, buildargs: { SERVICE: service } });
      built.push(image);
    }
    await docker.getImage(image).tag({ repo: name, tag });
  }
  return built;
}

/** The images of the shop by what they are made of. */
export function contentImages() {
  const root = packageFolder(dirname(fileURLToPath(import.meta.url)));
  return services.map((service) => {
    const files = ['shop/Dockerfile', ...filesBelow(root, join('dist/bundles', service))];
    const name = repoOf(service);
    const content = `content-${hashOf(root, files)}`;
    return { service, root, files, name, tag: content, image: `${name}:${content}` };
  });
}

const filesBelow = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();

function hashOf(root: string, files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}
