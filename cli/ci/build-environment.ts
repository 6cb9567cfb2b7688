import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import type { Buildspec } from './buildspec.ts';

export interface EnvironmentOptions {
  /** What the commands find of this machine, in place of a build image's. */
  machine: NodeJS.ProcessEnv;
  /** As a build project's: before the buildspec's. */
  project: Record<string, string>;
  /** As those of a start-build call: before all others. */
  given: Record<string, string>;
  /** `shoplab:UUID` */
  id: string;
  number: number;
  source: string;
  startedAtMs: number;
}

/**
 * The environment that a build begins with. Where a name is given more than once, the start of the build goes before the project, and both
 * before the buildspec (AWS: buildspec reference, env/variables). CODEBUILD_ variables are those of AWS (environment variables in build
 * environments) that mean something here; AWS_REGION is left as this machine has it.
 */
export function buildEnvironment({ env }: Buildspec, options: EnvironmentOptions): Record<string, string> {
  const { machine, project, given, source } = options;
  const inherited = Object.entries(machine).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('CODEBUILD_'),
  );
  const [, uuid = ''] = options.id.split(':');
  return {
    ...Object.fromEntries(inherited),
    CI: 'true',
    ...env?.variables,
    ...project,
    ...given,
    CODEBUILD_CI: 'true',
    CODEBUILD_BUILD_ID: options.id,
    CODEBUILD_BUILD_ARN: `arn:aws:codebuild:local:000000000000:build/${options.id}`,
    CODEBUILD_BUILD_IMAGE: `shoplab/node:${process.versions.node}`,
    CODEBUILD_BUILD_NUMBER: String(options.number),
    CODEBUILD_BUILD_SUCCEEDING: '1',
    CODEBUILD_INITIATOR: user(),
    CODEBUILD_LOG_PATH: uuid,
    CODEBUILD_RESOLVED_SOURCE_VERSION: git(source, 'rev-parse', 'HEAD'),
    CODEBUILD_SOURCE_REPO_URL: git(source, 'config', '--get', 'remote.origin.url'),
    CODEBUILD_SOURCE_VERSION: git(source, 'symbolic-ref', '--quiet', '--short', 'HEAD'),
    CODEBUILD_SRC_DIR: source,
    CODEBUILD_START_TIME: String(options.startedAtMs),
  };
}

/** '' where there is no git, or no answer: a source from elsewhere has no version. */
function git(folder: string, ...words: string[]): string {
  const { status, stdout } = spawnSync('git', ['-C', folder, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return status === 0 ? stdout.trim() : '';
}

/** A uid need not have a name. */
function user(): string {
  try {
    return userInfo().username;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SYSTEM_ERROR') return `uid-${process.getuid?.() ?? ''}`;
    throw error;
  }
}
