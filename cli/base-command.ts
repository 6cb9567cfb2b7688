import { Command } from '@oclif/core';
import { type CliConfig, readConfig } from './config.ts';
import { describeError } from './error-printer.ts';
import { exitCodeOfError } from './exit-code.ts';

/** What all commands share: the configuration, `--json`, and that stdout carries the result alone. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;
  protected readonly surroundings: CliConfig = readConfig();

  /** With --json the error is an object on stdout too; bin.ts prints it for people and chooses the exit code. */
  override async catch(error: Error & { exitCode?: number }): Promise<void> {
    if (this.jsonEnabled() && !('code' in error && error.code === 'EEXIT'))
      this.logJson({ error: { ...describeError(error), exitCode: exitCodeOfError(error) } });
    throw error;
  }

  /** Plain JSON, whatever stdout is. */
  override logJson(json: unknown): void {
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  }

  /** A line of the story, on stderr. */
  protected tell(line: string): void {
    process.stderr.write(`${line}\n`);
  }
}
