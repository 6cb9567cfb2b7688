import { z } from 'zod';
import { parseOnFailure } from './on-failure.ts';

/** The form of an AWS CodeBuild buildspec, version 0.2 (AWS: build specification reference). All scalars are texts. */

const text = z.string({ error: 'must be a text' });
const filled = text.min(1, 'must not be empty');
const yesNo = z.enum(['yes', 'no', 'true', 'false'], { error: 'must be yes or no' }).transform((word) => word === 'yes' || word === 'true');
const listOf = (what: string) => z.array(filled, { error: `must be a list of ${what}` }).min(1, `must name at least one of ${what}`);
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name for a variable: letters, digits and _');
const own = variable.refine((name) => !name.startsWith('CODEBUILD_'), 'begins with CODEBUILD_, which is reserved');
const commandText = z.string({
  error: ({ input }) =>
    input !== null && typeof input === 'object' && !Array.isArray(input)
      ? `YAML reads this command as a mapping, because of its ': '. Put the whole command in quotes`
      : 'must be a command',
});
const commands = z.array(commandText, { error: 'must be a list of commands' }).min(1, 'must have at least one command');

const onFailure = text.transform((written, context) => {
  try {
    return parseOnFailure(written);
  } catch (error) {
    context.addIssue((error as Error).message);
    return z.NEVER;
  }
});

const phaseFields = {
  'run-as': filled.optional(),
  'on-failure': onFailure.optional(),
  commands: commands.optional(),
  finally: commands.optional(),
};
const needsCommands = (phase: { commands?: unknown; 'runtime-versions'?: unknown }): boolean =>
  phase.commands !== undefined || phase['runtime-versions'] !== undefined;
const phase = z
  .strictObject(phaseFields, { error: 'must be a mapping with commands' })
  .refine(needsCommands, { path: [], error: 'has no commands' });
const install = z
  .strictObject(
    { ...phaseFields, 'runtime-versions': z.record(filled, filled, { error: 'must be a mapping of runtimes to versions' }).optional() },
    { error: 'must be a mapping with commands' },
  )
  .refine(needsCommands, { path: [], error: 'has no commands' });

const location = {
  files: listOf('files'),
  'base-directory': filled.optional(),
  'discard-paths': yesNo.optional(),
};
const artifact = {
  ...location,
  name: filled.optional(),
  'exclude-paths': z.union([listOf('paths'), filled.transform((path) => [path])]).optional(),
  'enable-symlinks': yesNo.optional(),
  's3-prefix': filled.optional(),
};
export const reportFormats = [
  'JUNITXML',
  'CUCUMBERJSON',
  'NUNITXML',
  'NUNIT3XML',
  'TESTNGXML',
  'VISUALSTUDIOTRX',
  'CLOVERXML',
  'COBERTURAXML',
  'JACOCOXML',
  'SIMPLECOV',
] as const;
const mostReportGroups = 5;
const report = z.strictObject({
  ...location,
  'file-format': z.enum(reportFormats, { error: `must be one of ${reportFormats.join(', ')}` }).optional(),
});

const root = {
  version: text.refine((version) => version === '0.2', {
    error: ({ input }) =>
      input === '0.1'
        ? 'version 0.1 runs each command in a shell of its own, and is not run here: write 0.2'
        : `must be 0.2, the version that this runs; it is '${String(input)}'`,
  }),
  'run-as': filled.optional(),
  env: z
    .strictObject({
      shell: z.enum(['bash', '/bin/sh', 'sh'], { error: 'must be bash or /bin/sh: the shells of Windows do not run here' }).optional(),
      variables: z.record(own, text, { error: 'must be a mapping of names to texts' }).optional(),
      'parameter-store': z.record(own, filled, { error: 'must be a mapping of names to parameters' }).optional(),
      'secrets-manager': z.record(own, filled, { error: 'must be a mapping of names to secrets' }).optional(),
      'exported-variables': z
        .array(
          variable.refine((name) => !name.startsWith('AWS_'), 'begins with AWS_, and those cannot be exported'),
          {
            error: 'must be a list of names',
          },
        )
        .optional(),
      'git-credential-helper': yesNo.optional(),
    })
    .optional(),
  proxy: z.strictObject({ 'upload-artifacts': yesNo.optional(), logs: yesNo.optional() }).optional(),
  batch: z.record(z.string(), z.unknown()).optional(),
  phases: z
    .strictObject(
      { install: install.optional(), pre_build: phase.optional(), build: phase.optional(), post_build: phase.optional() },
      { error: ({ input }) => (input === undefined ? 'is missing: a build without phases does nothing' : 'must be a mapping of phases') },
    )
    .refine((phases) => Object.keys(phases).length > 0, 'names no phase'),
  reports: z
    .record(filled, report, { error: 'must be a mapping of report groups' })
    .refine((groups) => Object.keys(groups).length <= mostReportGroups, `a project has at most ${mostReportGroups} report groups`)
    .optional(),
  artifacts: z
    .strictObject(
      { ...artifact, 'secondary-artifacts': z.record(filled, z.strictObject(artifact)).optional() },
      { error: 'must be a mapping with files' },
    )
    .optional(),
  cache: z
    .strictObject({
      paths: listOf('paths'),
      key: filled.optional(),
      'fallback-keys': listOf('keys').optional(),
      action: z.enum(['restore', 'save'], { error: 'must be restore or save' }).optional(),
    })
    .optional(),
};

export const buildspecSchema = z
  .strictObject(root, { error: 'a buildspec is a mapping, beginning with version: 0.2' })
  .superRefine(({ env }, context) => {
    for (const source of ['parameter-store', 'secrets-manager'] as const)
      for (const [index, name] of (env?.['exported-variables'] ?? []).entries())
        if (env?.[source]?.[name] !== undefined)
          context.addIssue({
            code: 'custom',
            path: ['env', 'exported-variables', index],
            message: `'${name}' is of the ${source}, and secrets cannot be exported`,
          });
  });

export type Buildspec = z.infer<typeof buildspecSchema>;
export type BuildspecPhase = NonNullable<Buildspec['phases']['build']>;
export type ArtifactSpec = Omit<NonNullable<Buildspec['artifacts']>, 'secondary-artifacts'>;
export type ReportSpec = NonNullable<Buildspec['reports']>[string];
