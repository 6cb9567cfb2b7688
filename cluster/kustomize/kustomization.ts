import { z } from 'zod';
import { KustomizeError } from './kustomize-error.ts';

const texts = z.record(z.string(), z.string());
const paths = z.array(z.string());

const target = z.strictObject({
  group: z.string().optional(),
  version: z.string().optional(),
  kind: z.string().optional(),
  name: z.string().optional(),
  namespace: z.string().optional(),
  labelSelector: z.string().optional(),
  annotationSelector: z.string().optional(),
});

const patch = z.strictObject({
  patch: z.string().optional(),
  path: z.string().optional(),
  target: target.optional(),
  options: z.strictObject({ allowNameChange: z.boolean().optional(), allowKindChange: z.boolean().optional() }).optional(),
});

const generatorOptions = z.strictObject({
  disableNameSuffixHash: z.boolean().optional(),
  labels: texts.optional(),
  annotations: texts.optional(),
  immutable: z.boolean().optional(),
});

const configMap = z.strictObject({
  name: z.string(),
  namespace: z.string().optional(),
  behavior: z.enum(['create', 'merge', 'replace']).optional(),
  literals: z.array(z.string()).optional(),
  files: paths.optional(),
  envs: paths.optional(),
  options: generatorOptions.optional(),
});

const kustomization = z.strictObject({
  apiVersion: z.enum(['kustomize.config.k8s.io/v1beta1', 'kustomize.config.k8s.io/v1alpha1']).optional(),
  kind: z.enum(['Kustomization', 'Component']).optional(),
  metadata: z.looseObject({}).optional(),
  resources: paths.optional(),
  components: paths.optional(),
  namespace: z.string().optional(),
  namePrefix: z.string().optional(),
  nameSuffix: z.string().optional(),
  labels: z
    .array(z.strictObject({ pairs: texts, includeSelectors: z.boolean().optional(), includeTemplates: z.boolean().optional() }))
    .optional(),
  commonLabels: texts.optional(),
  commonAnnotations: texts.optional(),
  images: z
    .array(
      z.strictObject({
        name: z.string(),
        newName: z.string().optional(),
        newTag: z.string().optional(),
        tagSuffix: z.string().optional(),
        digest: z.string().optional(),
      }),
    )
    .optional(),
  replicas: z.array(z.strictObject({ name: z.string(), count: z.number().int() })).optional(),
  patches: z.array(patch).optional(),
  configMapGenerator: z.array(configMap).optional(),
  secretGenerator: z.array(configMap.extend({ type: z.string().optional() })).optional(),
  generatorOptions: generatorOptions.optional(),
});

/** What a kustomization.yaml says, of that which is supported. */
export type Kustomization = z.infer<typeof kustomization>;
export type Patch = z.infer<typeof patch>;
export type Target = z.infer<typeof target>;
export type GeneratorOptions = z.infer<typeof generatorOptions>;
export type ConfigMapArguments = z.infer<typeof configMap>;
export type SecretArguments = ConfigMapArguments & { type?: string | undefined };

const replacements: Record<string, string> = {
  bases: 'resources',
  patchesStrategicMerge: 'patches',
  patchesJson6902: 'patches',
  imageTags: 'images',
  commonLabels: 'labels',
};

/** Checks a kustomization whole: a field that is not supported is an error, never left out. */
export function readKustomization(value: unknown, file: string): Kustomization {
  const result = kustomization.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [`${pathText(issue.path) || 'the document'}: ${issue.message}`];
    return issue.keys.map((key) => {
      const instead = issue.path.length === 0 && replacements[key] ? ` (deprecated: use ${replacements[key]})` : '';
      return `${pathText([...issue.path, key])}: the field is not known here${instead}`;
    });
  });
  throw new KustomizeError(
    `${file}: ${problems.join('; ')}`,
    'what `kubectl kustomize` makes of it can be applied with `kubectl apply -f`',
  );
}

const pathText = (path: PropertyKey[]): string =>
  path.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`)).join('');
