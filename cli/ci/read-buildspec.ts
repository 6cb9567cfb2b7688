import { readFileSync } from 'node:fs';
import { UsageError } from '../errors/usage-error.ts';
import { type FileProblem, problemLine, problemsText, readYaml } from '../yaml-problems.ts';
import { type Buildspec, buildspecSchema } from './buildspec.ts';

export interface ReadBuildspec {
  buildspec: Buildspec;
  /** What AWS would honour and this does not, in sentences with their places. */
  notHonoured: string[];
}

/**
 * Reads a buildspec and says what of it is not honoured here. Throws a UsageError that names every problem with its line and column.
 * `given`: names of variables that the run gives by itself; only those of the parameter store and the secrets manager that it has can be run.
 */
export function readBuildspec(file: string, given: readonly string[] = []): ReadBuildspec {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`the buildspec ${file} cannot be read: ${(cause as Error).message}`, {
      hint: 'name the file, for example `shoplab ci run manifests/buildspec.yml`',
    });
  }
  return parseBuildspec(text, file, given);
}

/** As `readBuildspec`, of a text. */
export function parseBuildspec(text: string, file: string, given: readonly string[] = []): ReadBuildspec {
  const { value, problems, placeOf } = readYaml(text, buildspecSchema, 'texts');
  const secrets = value
    ? unknownSecrets(value, given).map((one) => ({ ...placeOf(one.path), field: one.path.join('.'), message: one.message }))
    : [];
  const all: FileProblem[] = [...problems, ...secrets];
  if (!value || all.length > 0) {
    throw new UsageError(problemsText('the buildspec', file, all), {
      hint: secrets.length > 0 ? 'give the values yourself: --env NAME=VALUE' : 'docs/buildspec.md has what is honoured',
      reference: 'https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html',
    });
  }
  const notHonoured = shortcomings(value).map(({ path, message }) =>
    problemLine(file, { ...placeOf(path), field: path.join('.'), message }),
  );
  return { buildspec: value, notHonoured };
}

interface Remark {
  path: string[];
  message: string;
}

function unknownSecrets({ env }: Buildspec, given: readonly string[]): Remark[] {
  return (['parameter-store', 'secrets-manager'] as const).flatMap((source) =>
    Object.keys(env?.[source] ?? {})
      .filter((name) => !given.includes(name))
      .map((name) => ({
        path: ['env', source, name],
        message: `its value is in AWS (${source === 'parameter-store' ? 'Systems Manager Parameter Store' : 'Secrets Manager'}), which is not asked from here`,
      })),
  );
}

function shortcomings(spec: Buildspec): Remark[] {
  const remarks: Remark[] = [];
  const unless = (there: unknown, path: string[], message: string): void => {
    if (there !== undefined && there !== false) remarks.push({ path, message: `not honoured: ${message}` });
  };
  unless(spec['run-as'], ['run-as'], 'commands run as the user of this process');
  unless(spec.env?.['git-credential-helper'], ['env', 'git-credential-helper'], 'git uses the helper of this machine');
  unless(spec.proxy, ['proxy'], 'nothing goes through a proxy server of CodeBuild');
  unless(spec.batch, ['batch'], 'one build runs, from this file as it is');
  unless(spec.cache, ['cache'], 'the working folder is the same from build to build, nothing is stored or restored');
  for (const [name, phase] of Object.entries(spec.phases))
    unless(phase?.['run-as'], ['phases', name, 'run-as'], 'commands run as the user of this process');
  unless(
    spec.phases.install?.['runtime-versions'],
    ['phases', 'install', 'runtime-versions'],
    `the runtimes are those of this machine (Node ${process.versions.node})`,
  );
  unless(spec.artifacts?.['s3-prefix'], ['artifacts', 's3-prefix'], 'artifacts are copied to a folder of this machine');
  for (const [group, { 'file-format': format }] of Object.entries(spec.reports ?? {}))
    unless(
      format !== undefined && format !== 'JUNITXML',
      ['reports', group, 'file-format'],
      `${format} is collected, but its tests are not counted`,
    );
  return remarks;
}
