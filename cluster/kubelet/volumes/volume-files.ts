import type { EnvironmentSources } from '../environment/environment.ts';
import { fieldValue } from '../environment/field-reference.ts';
import { resourceValue } from '../environment/resource-reference.ts';
import { specOf, type Volume } from '../pods/pod.ts';
import type { VolumeFile } from './atomic-files.ts';

type Files = Map<string, VolumeFile>;
type Items = { key: string; path: string; mode?: number }[] | undefined;
type Projection = NonNullable<NonNullable<Volume['projected']>['sources']>[number];
type DownwardItems = NonNullable<Volume['downwardAPI']>['items'];

const MODE = 0o644;

/** The files of a volume that is made of objects; undefined for other volumes. Throws an Error with what is missing, in Kubernetes' words. */
export function volumeFiles(volume: Volume, sources: EnvironmentSources): Files | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return ofConfigMap(configMap.name, configMap.items, configMap.optional, configMap.defaultMode, sources);
  if (secret) return ofSecret(secret.secretName, secret.items, secret.optional, secret.defaultMode, sources);
  if (downwardAPI) return ofDownwardAPI(downwardAPI.items, downwardAPI.defaultMode, sources);
  if (!projected) return undefined;
  return new Map((projected.sources ?? []).flatMap((source) => [...ofProjection(source, projected.defaultMode, sources)]));
}

function ofProjection(source: Projection, mode: number | undefined, sources: EnvironmentSources): Files {
  const { configMap, secret, downwardAPI } = source;
  if (configMap) return ofConfigMap(configMap.name, configMap.items, configMap.optional, mode, sources);
  if (secret) return ofSecret(secret.name, secret.items, secret.optional, mode, sources);
  if (downwardAPI) return ofDownwardAPI(downwardAPI.items, mode, sources);
  throw new Error(`projected volumes of ${Object.keys(source).join(', ')} are not supported by this cluster`);
}

function ofConfigMap(name = '', items: Items, optional: boolean | undefined, mode: number | undefined, sources: EnvironmentSources): Files {
  const object = sources.configMap(name);
  if (!object && !optional) throw new Error(`configmap "${name}" not found`);
  const content = new Map<string, Buffer>([
    ...Object.entries(object?.data ?? {}).map(([key, value]) => [key, Buffer.from(value)] as const),
    ...Object.entries(object?.binaryData ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const),
  ]);
  return choose(content, items, mode, optional, 'configmap references non-existent config key');
}

function ofSecret(name = '', items: Items, optional: boolean | undefined, mode: number | undefined, sources: EnvironmentSources): Files {
  const object = sources.secret(name);
  if (!object && !optional) throw new Error(`secret "${name}" not found`);
  const content = new Map(Object.entries(object?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const));
  return choose(content, items, mode, optional, 'references non-existent secret key');
}

function choose(content: Map<string, Buffer>, items: Items, mode = MODE, optional: boolean | undefined, complaint: string): Files {
  if (!items) return new Map([...content].map(([key, bytes]) => [key, { content: bytes, mode }]));
  return new Map(
    items.flatMap((item) => {
      const bytes = content.get(item.key);
      if (bytes) return [[item.path, { content: bytes, mode: item.mode ?? mode }] as const];
      if (optional) return [];
      throw new Error(`${complaint}: ${item.key}`);
    }),
  );
}

function ofDownwardAPI(items: DownwardItems, mode = MODE, sources: EnvironmentSources): Files {
  return new Map(
    (items ?? []).map((item) => {
      const { fieldRef, resourceFieldRef } = item;
      const container = specOf(sources.pod).containers.find(({ name }) => name === resourceFieldRef?.containerName);
      const text = fieldRef
        ? fieldValue(fieldRef.fieldPath, sources.pod, sources)
        : resourceFieldRef && container
          ? resourceValue(resourceFieldRef, container, sources.allocatable)
          : '';
      return [item.path, { content: Buffer.from(text), mode: item.mode ?? mode }];
    }),
  );
}
