import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { labOfFlags } from '../flags.ts';

export default class Down extends BaseCommand {
  static override summary = 'End a lab with all that belongs to it.';
  static override description = 'Also clears away what a lab that was killed has left. Doing it twice does no harm.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'All labs, also those of runs', command: '<%= config.bin %> <%= command.id %> --all' },
  ];
  static override flags = {
    ...labOfFlags,
    all: Flags.boolean({ summary: 'All labs of this user on the platform; on local if none is given.' }),
  };

  async run(): Promise<{ ended: string[] }> {
    const { flags } = await this.parse(Down);
    const { findLab } = await import('../choose-platform.ts');
    const { platform } = await findLab(flags.platform, flags.name);
    const ended: string[] = [];
    for (const name of flags.all ? await platform.list() : [flags.name]) ended.push(...(await platform.down(name)));
    for (const sentence of ended) this.log(sentence);
    if (ended.length === 0) this.log(flags.all ? 'no lab is up' : `lab ${flags.name} is not up`);
    return { ended };
  }
}
