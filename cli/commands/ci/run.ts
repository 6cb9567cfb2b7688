import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../base-command.ts';
import type { BuildResult } from '../../ci/build-result.ts';
import { parseDurationMs } from '../../duration.ts';
import { UsageError } from '../../errors/usage-error.ts';
import { exitCodes } from '../../exit-code.ts';
import { labOfFlags } from '../../flags.ts';

const phases = ['install', 'pre_build', 'build', 'post_build'];

export default class CiRun extends BaseCommand {
  static override summary = 'Run an AWS CodeBuild buildspec here, as CodeBuild runs it.';
  static override description =
    `Phases, their order and what runs after which failure, one shell for the commands of a phase, finally, on-failure, artifacts, reports and CODEBUILD_ variables are those of buildspec version 0.2.
What AWS would honour and this does not is told before anything runs; values that only AWS has (parameter-store, secrets-manager) are refused unless --env gives them. docs/buildspec.md has the whole of it.
Where a lab is up, kubectl talks to it, and images are built for it; else to whatever KUBECONFIG says. Ctrl-C stops the build: nothing more of it runs, and nothing that it started is left.

Exit code: 0 the build succeeded, 2 the buildspec or the usage is bad, 4 a phase failed or the time was up, 5 the shell is not there, 130 interrupted.`;
  static override examples = [
    {
      description: 'Build, test and roll out to the lab that is up',
      command: '<%= config.bin %> <%= command.id %> manifests/buildspec.yml',
    },
    {
      description: 'Another service, and only the output of the tests',
      command: '<%= config.bin %> <%= command.id %> manifests/buildspec.yml --env SERVICE=delivery --phase build',
    },
    {
      description: 'A buildspec of yours, in its own folder',
      command: '<%= config.bin %> <%= command.id %> buildspec.yml --source ./my-app --json',
    },
  ];
  static override args = { buildspec: Args.string({ description: 'The buildspec, from the source folder.', default: 'buildspec.yml' }) };
  static override flags = {
    ...labOfFlags,
    source: Flags.string({ summary: 'The source folder: CODEBUILD_SRC_DIR, where commands begin.', default: '.', helpValue: 'DIR' }),
    env: Flags.string({
      summary: 'A variable for the build, before those of the buildspec, as those of start-build.',
      helpValue: 'NAME=VALUE',
      multiple: true,
    }),
    output: Flags.string({
      summary: 'Folder for artifacts and reports, one in it for each build.',
      default: './shoplab-ci',
      helpValue: 'DIR',
    }),
    phase: Flags.string({
      summary: 'Show the output of this phase only; may be given again.',
      options: phases,
      multiple: true,
      helpValue: 'NAME',
    }),
    timeout: Flags.string({ summary: 'How long the build may take, for example 10m.', default: '60m', helpValue: 'TIME' }),
  };

  async run(): Promise<BuildResult> {
    const { args, flags } = await this.parse(CiRun);
    const given = parseVariables(flags.env ?? []);
    const timeoutMs = parseDurationMs(flags.timeout);
    const [{ readBuildspec }, { runBuildspec }, { startProgress }, { listenForInterrupt }, { renderBuild }] = await Promise.all([
      import('../../ci/read-buildspec.ts'),
      import('../../ci/run-buildspec.ts'),
      import('../../progress/start-progress.ts'),
      import('../../interrupt.ts'),
      import('../../ci/render-build.ts'),
    ]);
    const source = resolve(flags.source);
    const spec = readBuildspec(resolve(source, args.buildspec), Object.keys(given));
    const progress = startProgress(this.surroundings);
    const interrupt = listenForInterrupt((line) => progress.tell(line));
    try {
      const result = await runBuildspec(spec, {
        file: args.buildspec,
        source,
        output: resolve(flags.output),
        given,
        timeoutMs,
        platform: flags.platform,
        lab: flags.name,
        shown: flags.phase ?? [],
        progress,
        signal: interrupt.signal,
      });
      this.log(renderBuild(result, this.surroundings.columns));
      process.exitCode = {
        SUCCEEDED: exitCodes.passed,
        FAILED: exitCodes.failed,
        TIMED_OUT: exitCodes.failed,
        STOPPED: exitCodes.interrupted,
      }[result.status];
      return result;
    } finally {
      progress.stop();
      interrupt.release();
    }
  }
}

function parseVariables(words: string[]): Record<string, string> {
  const bad = words.filter((word) => !/^[A-Za-z_][A-Za-z0-9_]*=/.test(word) || word.startsWith('CODEBUILD_'));
  if (bad.length > 0)
    throw new UsageError(`--env takes NAME=VALUE, and no name that begins with CODEBUILD_: ${bad.join(', ')}`, {
      hint: 'for example --env SERVICE=order',
    });
  return Object.fromEntries(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
}
