import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { labOfFlags } from '../flags.ts';

export default class Down extends BaseCommand {
  static override summary = 'End a lab with all that belongs to it.';
  static override description =
    'Also clears away what a lab, or a run that used its name, has left that was killed. Doing it twice does no harm.';
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
    const [{ findLab, recordedPlatforms }, { reapKilledRuns }] = await Promise.all([
      import('../choose-platform.ts'),
      import('../reap-killed-runs.ts'),
    ]);
    const { platform } = await findLab(flags.platform, flags.name);
    const ended: string[] = [];
    for (const name of flags.all ? await platform.list() : [flags.name]) ended.push(...(await platform.down(name)));
    // On whichever platform: whoever was killed could not say.
    for (const one of flags.platform === undefined ? await recordedPlatforms() : [platform]) {
      const left = await reapKilledRuns(one, flags.name);
      ended.push(...left.ended);
      for (const sentence of left.still) this.warn(sentence);
    }
    for (const sentence of ended) this.log(sentence);
    if (ended.length === 0) this.log(flags.all ? 'no lab is up' : `lab ${flags.name} is not up`);
    return { ended };
  }
}
