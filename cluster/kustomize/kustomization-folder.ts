import { readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { type Kustomization, readKustomization } from './kustomization.ts';
import { KustomizeError } from './kustomize-error.ts';
import { parseYaml } from './manifest-text.ts';

const fileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** A folder with a kustomization, and the files that it may read: those in it or below. */
export class KustomizationFolder {
  readonly path: string;
  /** The kustomization's own file, for messages. */
  readonly file: string;
  readonly content: Kustomization;

  private constructor(path: string, file: string, content: Kustomization) {
    this.path = path;
    this.file = file;
    this.content = content;
  }

  static async open(folder: string): Promise<KustomizationFolder> {
    const found = (await Promise.all(fileNames.map(async (name) => ({ name, kind: await kindOf(join(folder, name)) })))).filter(
      ({ kind }) => kind === 'file',
    );
    const [first, second] = found;
    if (!first) throw new KustomizeError(`${folder} has none of ${fileNames.join(', ')}`);
    if (second) throw new KustomizeError(`${folder} has several kustomization files: ${found.map(({ name }) => name).join(', ')}`);
    const file = join(folder, first.name);
    const documents = parseYaml(await readFile(file, 'utf8'), file);
    if (documents.length !== 1) throw new KustomizeError(`${file} has ${documents.length} documents; a kustomization is one`);
    return new KustomizationFolder(await realpath(folder), file, readKustomization(documents[0], file));
  }

  /** What a path of `resources` is: another kustomization, or a manifest's file. */
  async locate(path: string, field: string): Promise<{ kind: 'file' | 'folder'; path: string }> {
    if (/^[a-z]+:\/\/|^git@|^github\.com\/|\?ref=/.test(path))
      throw new KustomizeError(
        `${this.file}: ${field}: ${path} is on the network`,
        'copy it beside the kustomization: only local files are read',
      );
    const absolute = resolve(this.path, path);
    const kind = await kindOf(absolute);
    if (!kind) throw new KustomizeError(`${this.file}: ${field}: ${path} does not exist`);
    return { kind, path: absolute };
  }

  /** The real path of a folder. */
  async locateFolder(path: string, field: string): Promise<string> {
    const found = await this.locate(path, field);
    if (found.kind !== 'folder') throw new KustomizeError(`${this.file}: ${field}: ${path} is a file, and has to be a folder`);
    return realpath(found.path);
  }

  async read(path: string, field: string): Promise<Buffer> {
    const found = await this.locate(path, field);
    if (found.kind !== 'file') throw new KustomizeError(`${this.file}: ${field}: ${path} is a folder`);
    const real = await realpath(found.path);
    if (relative(this.path, real).split(sep)[0] === '..')
      throw new KustomizeError(
        `${this.file}: ${field}: ${path} is not in the kustomization's folder or below`,
        'make its folder a kustomization and name that',
      );
    return readFile(real);
  }
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
