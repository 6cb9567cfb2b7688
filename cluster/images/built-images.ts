import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readDockerfile } from './dockerfile.ts';
import { parseImageName } from './image-name.ts';
import type { Image } from './images.ts';

/** As of `docker build`: what to read, and the name that the image gets. */
export interface BuildRequest {
  tag: string;
  /** Folder, absolute. */
  context: string;
  /** The Dockerfile, absolute. */
  file: string;
  buildArgs: Record<string, string>;
}

/** Images that were built for one lab, one file each in a folder of its state: the lab's cluster process and the commands of people share it. */
export class BuiltImages {
  private readonly folder: string;
  constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes an image known: the next container of that name runs it. Answers what of the Dockerfile was not carried out. Throws where it is bad. */
  build({ tag, context, file, buildArgs }: BuildRequest): string[] {
    const path = this.fileOf(tag);
    if (!path) throw new Error(`'${tag}' is no name for an image`);
    const { command, env, folder, notDone } = readDockerfile(readFileSync(file, 'utf8'), buildArgs);
    const image: Image = { command, args: [], env, folder: fixed(resolve(context, folder)), node: command[0] === 'node', mounts: false };
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Whole or not at all: a kubelet may read at any time.
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(image), { mode: 0o600 });
    renameSync(`${path}.${process.pid}`, path);
    return notDone;
  }

  /** Undefined for one that was never built. */
  find(reference: string): Image | undefined {
    const path = this.fileOf(reference);
    if (!path) return undefined;
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as Image;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  private fileOf(reference: string): string | undefined {
    const name = parseImageName(reference);
    return name && join(this.folder, `${encodeURIComponent(`${name.name}:${name.tag}`)}.json`);
  }
}

/** An image does not change with its context: where that is made of links, as that of a pipeline is, and gone later, the program is what they led to. */
const fixed = (folder: string): string => (existsSync(folder) ? realpathSync(folder) : folder);
