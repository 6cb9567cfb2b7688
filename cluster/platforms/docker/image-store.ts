import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { pack } from 'tar-fs';
import { isMissing } from '../../kubelet/runtimes/container/engine-images.ts';
import type { ImageStore } from '../../platform.ts';
import { buildImage, connectEngine } from './engine.ts';

/** Builds for a lab whose images are the engine's, as `docker build` does; what is built is there for its Pods at once. */
export const dockerImageStore: ImageStore = {
  async build({ tag, context, file, buildArgs }) {
    const docker = await connectEngine();
    const dockerfile = relative(context, file);
    const ignored = ignoredIn(context, dockerfile);
    // Links are followed: a pipeline's source folder is made of them.
    const stream = pack(context, { dereference: true, ignore: (path) => ignored(relative(context, resolve(path))) });
    await buildImage(docker, stream as unknown as NodeJS.ReadableStream, { dockerfile, t: tag, buildargs: buildArgs });
    return [];
  },
  async find(reference) {
    try {
      return await (await connectEngine()).getImage(reference).inspect();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
};

/** By .dockerignore, which never leaves the Dockerfile out. A folder that a rule with ! reaches into stays, with what is wanted of it. */
function ignoredIn(context: string, dockerfile: string): (path: string) => boolean {
  const file = join(context, '.dockerignore');
  if (!existsSync(file)) return () => false;
  const text = readFileSync(file, 'utf8');
  const rules = dockerignore.default().add(text);
  const wanted = [dockerfile, ...text.split('\n').flatMap((line) => (line.startsWith('!') ? [line.slice(1).trim()] : []))];
  return (path) => path !== '' && path !== dockerfile && rules.ignores(path) && !wanted.some((one) => one.startsWith(`${path}/`));
}
