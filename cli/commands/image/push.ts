import { Args } from '@oclif/core';
import { BaseCommand } from '../../base-command.ts';
import { UsageError } from '../../errors/usage-error.ts';
import { labOfFlags } from '../../flags.ts';

export default class ImagePush extends BaseCommand {
  static override summary = 'Make sure that a lab has an image that was built for it, as docker push does for a registry.';
  static override description =
    'What `image build` made is where the lab takes its images from: nothing is copied, but where the lab has a registry (`up --image-registry`): to that it is pushed. An image that was not built here is an error.';
  static override examples = [{ description: 'After a build', command: '<%= config.bin %> <%= command.id %> shoplab/product:1.1.0' }];
  static override args = { image: Args.string({ description: 'Name of the image, with its tag.', required: true }) };
  static override flags = { ...labOfFlags };

  async run(): Promise<{ image: string }> {
    const { args, flags } = await this.parse(ImagePush);
    const { findImageStore } = await import('../../image-store.ts');
    const store = await findImageStore(flags.platform, flags.name);
    if (!(await store.find(args.image)))
      throw new UsageError(`lab ${flags.name} has no image ${args.image} that was built for it`, {
        hint: `shoplab image build --tag ${args.image} …`,
      });
    await store.push?.(args.image);
    this.log(args.image);
    return { image: args.image };
  }
}
