import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../base-command.ts';
import { UsageError } from '../../errors/usage-error.ts';
import { labOfFlags } from '../../flags.ts';

export default class ImageBuild extends BaseCommand {
  static override summary = 'Build an image for a lab, as docker build does for Docker.';
  static override description =
    `On a machine without images an image is a program: the Dockerfile's last stage says which (CMD, ENTRYPOINT), in which folder (WORKDIR; the first one stands for the context) and environment (ENV, ARG).
RUN and COPY are not carried out, and that is told: the program runs in the context, as it lies there built.`;
  static override examples = [
    {
      description: 'A version of product',
      command: '<%= config.bin %> <%= command.id %> --file shop/Dockerfile --build-arg SERVICE=product --tag shoplab/product:1.1.0 .',
    },
  ];
  static override args = { context: Args.string({ description: 'The folder that the image is made of.', required: true }) };
  static override flags = {
    ...labOfFlags,
    file: Flags.string({ char: 'f', summary: 'The Dockerfile; that of the context if not given.', helpValue: 'FILE' }),
    tag: Flags.string({ char: 't', summary: 'Name of the image, with its tag.', required: true, helpValue: 'NAME:TAG' }),
    'build-arg': Flags.string({ summary: 'Value of an ARG.', multiple: true, helpValue: 'NAME=VALUE' }),
  };

  async run(): Promise<{ tag: string; notDone: string[] }> {
    const { args, flags } = await this.parse(ImageBuild);
    const { findImageStore } = await import('../../image-store.ts');
    const store = await findImageStore(flags.platform, flags.name);
    const context = resolve(args.context);
    const file = resolve(flags.file ?? `${context}/Dockerfile`);
    try {
      const notDone = await store.build({
        tag: flags.tag,
        context,
        file,
        buildArgs: Object.fromEntries((flags['build-arg'] ?? []).map(buildArg)),
      });
      for (const line of notDone) this.tell(`not carried out: ${line}`);
      this.log(flags.tag);
      return { tag: flags.tag, notDone };
    } catch (cause) {
      throw new UsageError(`${flags.tag} cannot be built of ${file}: ${(cause as Error).message}`, {
        hint: 'the command with --help says what of a Dockerfile is read',
      });
    }
  }
}

function buildArg(word: string): [string, string] {
  const [, name = '', value] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(word) ?? [];
  if (name === '') throw new UsageError(`--build-arg takes NAME=VALUE: ${word}`);
  return [name, value ?? process.env[name] ?? ''];
}
