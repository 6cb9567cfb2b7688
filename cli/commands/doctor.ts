import type { Finding } from '../../cluster/platform.ts';
import { BaseCommand } from '../base-command.ts';
import { exitCodes } from '../exit-code.ts';
import { labFlags, platformNameOf } from '../flags.ts';

const marks: Record<Finding['level'], string> = { ok: '✓', warning: '!', problem: '✗' };

export default class Doctor extends BaseCommand {
  static override summary = 'Say what stands in the way of a lab on this machine, and what to do about it.';
  static override description = 'Changes nothing. Exit code 5 where a problem was found, 0 otherwise (warnings are not problems).';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
    '<%= config.bin %> <%= command.id %> --context minikube',
  ];
  static override flags = { platform: labFlags.platform, context: labFlags.context };

  async run(): Promise<Finding[]> {
    const { flags } = await this.parse(Doctor);
    const { choosePlatform } = await import('../choose-platform.ts');
    const findings = await (await choosePlatform(platformNameOf(flags))).doctor(flags.context);
    for (const { level, title, detail, advice } of findings) {
      this.log(`${marks[level]} ${title}: ${detail}`);
      if (advice !== '') this.log(`    do this: ${advice}`);
    }
    if (findings.some(({ level }) => level === 'problem')) process.exitCode = exitCodes.platformUnavailable;
    return findings;
  }
}
