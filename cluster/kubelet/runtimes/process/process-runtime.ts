import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dialDirectly } from '../../../dial.ts';
import type { ImageTable } from '../../../images/images.ts';
import type { LabNetwork } from '../../../network.ts';
import { removeFolder } from '../../volumes/remove-folder.ts';
import type { Runtime, StartRequest } from '../runtime.ts';
import { Limiter } from './limits/limiter.ts';
import { preloadUrl } from './preload-url.ts';
import { processEnvironment } from './process-environment.ts';
import { ProcessRecords } from './process-records.ts';
import { startProcess } from './start-process.ts';

export interface ProcessRuntimeOptions {
  images: ImageTable;
  network: LabNetwork;
  /** Process records go to `processes` in it. */
  dataDir: string;
  /** File URL of what Node programs import before all else. */
  preload?: string;
  /** The environment that what a process needs of the machine is taken from. */
  machine?: NodeJS.ProcessEnv;
  log?: (line: string) => void;
}

/** Containers as plain processes of this machine: each a session of its own, its image a command by the image table. */
export function createProcessRuntime(options: ProcessRuntimeOptions): Runtime {
  const { images, network, machine = process.env, preload = preloadUrl() } = options;
  const records = new ProcessRecords(join(options.dataDir, 'processes'));
  const limiter = process.platform === 'linux' ? new Limiter(options.log ?? (() => {})) : undefined;
  const imageOf = (request: StartRequest) => {
    const image = images.find(request.image);
    if (!image) throw new Error(unknownImage(request.image, images));
    return image;
  };
  return {
    scheme: 'process',
    dial: dialDirectly,
    hasImage: async (image) => images.find(image) !== undefined,
    async pullImage(image) {
      if (!images.find(image)) throw new Error(unknownImage(image, images));
      return { sizeBytes: 0 };
    },
    shortcomings(request) {
      const unseen = imageOf(request).mounts ? [] : request.mounts;
      const uid = process.getuid?.();
      return [
        ...(request.limits && !limiter
          ? [`Container ${request.name} is not held to its limits: that takes /proc, which ${process.platform} has not`]
          : []),
        ...unseen.map(
          ({ mountPath }) =>
            `Container ${request.name} is a process of this machine: what is mounted at ${mountPath} is in the folder that SHOPLAB_MOUNTS names for it`,
        ),
        ...(request.user !== undefined && request.user !== uid && uid !== 0
          ? [
              `Container ${request.name} runs as uid ${uid ?? 'of this user'}, not as runAsUser ${request.user}: only a lab of root's can switch users`,
            ]
          : []),
      ];
    },
    async start(request) {
      const image = imageOf(request);
      const cwd = request.workingDir ?? image.folder;
      if (!existsSync(cwd)) throw new Error(`the working directory ${cwd} of container ${request.name} does not exist`);
      const command = [...(request.command ?? image.command), ...(request.args ?? (request.command ? [] : image.args))];
      const env = processEnvironment(
        { ...request, env: { ...image.env, ...request.env } },
        machine,
        network,
        image.node ? preload : undefined,
      );
      const switchesUser = process.getuid?.() === 0;
      const identity = switchesUser ? { uid: request.user, gid: request.group ?? request.user } : {};
      if (request.limits) await limiter?.ready();
      return startProcess(command, { cwd, env, ...identity }, request, records, request.limits && limiter);
    },
    userOf: async () => process.getuid?.() ?? 'the user of this lab',
    forget: async () => undefined,
    removeFolder,
    close: async () => limiter?.close(),
  };
}

const unknownImage = (image: string, { files }: ImageTable): string =>
  `image "${image}" is not in this lab's table of images: add what it runs as to ${files.length > 1 ? files.at(-1) : 'an images.yaml of your own'} (the lab's own is ${files[0]})`;
