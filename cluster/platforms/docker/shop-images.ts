import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Dockerode from 'dockerode';
import { packageFolder } from '../../images/images.ts';
import { buildImage, isMissing } from './engine.ts';

const contentLabel = 'shoplab.dev/content';
const services = ['order', 'delivery', 'product'] as const;

/**
 * Makes sure that the images of the shop are there, made of what this package holds: one that was made of the same files is left alone. `tag`: that
 * of the manifests. Rejects with what the engine says.
 */
export async function ensureShopImages(docker: Dockerode, tag: string, say: (text: string) => void): Promise<string[]> {
  const root = packageFolder(dirname(fileURLToPath(import.meta.url)));
  const built: string[] = [];
  for (const service of services) {
    const files = ['shop/Dockerfile', ...filesBelow(root, join('dist/bundles', service))];
    const content = hashOf(root, files);
    const name = `shoplab/${service}:${tag}`;
    if ((await contentOf(docker, name)) === content) continue;
    say(`building image ${name}`);
    await buildImage(
      docker,
      { context: root, src: files },
      { dockerfile: 'shop/Dockerfile', t: name, buildargs: { SERVICE: service }, labels: { [contentLabel]: content } },
    );
    built.push(name);
  }
  return built;
}

async function contentOf(docker: Dockerode, name: string): Promise<string | undefined> {
  try {
    return (await docker.getImage(name).inspect()).Config.Labels?.[contentLabel];
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
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
