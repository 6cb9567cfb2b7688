import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseImageName } from './image-name.ts';

const IMAGE = z.strictObject({
  command: z.array(z.string()).min(1),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional(),
  folder: z.string().optional(),
  node: z.boolean().optional(),
  mounts: z.boolean().optional(),
});
const FILE = z.record(z.string().min(1), IMAGE);

/** What an image runs as. */
export interface Image {
  /** Program and arguments, as ENTRYPOINT; a manifest's `command` replaces them. */
  command: string[];
  /** As CMD; a manifest's `args` replace them. */
  args: string[];
  /** As ENV; a manifest's variables go before it. */
  env: Record<string, string>;
  /** Working directory, absolute. */
  folder: string;
  /** Whether it takes the Pod's address and the cluster's names by the preload. */
  node: boolean;
  /** Whether it finds its volumes by SHOPLAB_MOUNTS. */
  mounts: boolean;
}

/** All images that a lab knows. */
export interface ImageTable {
  /** Undefined for an unknown image. */
  find(reference: string): Image | undefined;
  /** Files that it was made from, the lab's own first. */
  files: string[];
}

const own = fileURLToPath(new URL('images.yaml', import.meta.url));

/**
 * The lab's own images and those of further images.yaml files, of which later ones go before earlier ones and the lab's; what was built for the
 * lab, which is looked for anew each time, goes before all. Throws one Error that names every problem of every file.
 */
export function loadImages(files: string[] = [], built?: { find(reference: string): Image | undefined }): ImageTable {
  const problems: string[] = [];
  const entries = [...files.map((file) => resolve(file)).reverse(), own].flatMap((file) => {
    const folder = file === own ? packageFolder(dirname(own)) : dirname(file);
    const { images, wrong } = readImages(file);
    problems.push(...wrong.map((problem) => `${file}: ${problem}`));
    return Object.entries(images).map(([pattern, image]) => ({ matches: matcher(pattern), image: complete(image, folder) }));
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return {
    files: [own, ...files.map((file) => resolve(file))],
    find: (reference) => {
      const name = parseImageName(reference);
      return built?.find(reference) ?? (name && entries.find(({ matches }) => matches(`${name.name}:${name.tag}`))?.image);
    },
  };
}

const complete = (image: z.infer<typeof IMAGE>, base: string): Image => ({
  command: image.command,
  args: image.args ?? [],
  env: image.env ?? {},
  folder: resolve(base, image.folder ?? '.'),
  node: image.node ?? image.command[0] === 'node',
  mounts: image.mounts ?? false,
});

function readImages(file: string): { images: z.infer<typeof FILE>; wrong: string[] } {
  let document: unknown;
  try {
    document = parse(readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    return { images: {}, wrong: [(error as Error).message] };
  }
  const read = FILE.safeParse(document);
  if (read.success) return { images: read.data, wrong: [] };
  return { images: {}, wrong: read.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`) };
}

/** A pattern without a tag means every tag. */
function matcher(pattern: string): (name: string) => boolean {
  const tagged = /:[^/]*$/.test(pattern) ? pattern : `${pattern}:*`;
  const source = tagged.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${source.join('.*')}$`);
  return (name) => expression.test(name);
}

/** The package's own folder, whether this file runs from the sources or from dist/. */
export function packageFolder(from: string): string {
  const up = dirname(from);
  return existsSync(join(from, 'package.json')) || up === from ? from : packageFolder(up);
}
