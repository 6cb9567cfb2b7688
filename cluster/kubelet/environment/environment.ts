import type { Kinds } from '../../api/registry.ts';
import { StartFailure } from '../containers/start-failure.ts';
import type { Container, Pod } from '../pods/pod.ts';
import { expand } from './expansion.ts';
import { type Addresses, fieldValue } from './field-reference.ts';
import { resourceValue } from './resource-reference.ts';
import { type ServiceAddress, serviceVariables } from './service-variables.ts';

/** Where the values of variables come from; ConfigMaps and Secrets are those of the Pod's namespace. */
export interface EnvironmentSources extends Addresses {
  pod: Pod;
  /** Services of the namespace that get variables; [] where the Pod does not want them. */
  services: Kinds['Service'][];
  /** The API's own Service, which gets them always. */
  apiService?: Kinds['Service'];
  configMap(name: string): Kinds['ConfigMap'] | undefined;
  secret(name: string): Kinds['Secret'] | undefined;
  /** What the node can give, by resource. */
  allocatable: Record<string, string>;
}

type Variables = Record<string, string>;

/**
 * The environment of a container as it starts (pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables): env over later envFrom over earlier
 * envFrom over service variables. Throws StartFailure where something that is not optional is missing.
 */
export function computeEnvironment(container: Container, sources: EnvironmentSources): Variables {
  const ofServices: Variables = {};
  for (const service of [...sources.services, ...(sources.apiService ? [sources.apiService] : [])])
    Object.assign(ofServices, serviceVariables(addressOf(service)));
  const own: Variables = {};
  for (const from of container.envFrom ?? []) {
    const values = from.configMapRef
      ? valuesOf('configmap', from.configMapRef, sources)
      : from.secretRef
        ? valuesOf('secret', from.secretRef, sources)
        : {};
    for (const [name, value] of Object.entries(values)) own[(from.prefix ?? '') + name] = value;
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom && !value) {
      const found = variableValue(valueFrom, container, sources);
      if (found !== undefined) own[name] = found;
    } else own[name] = expand(value ?? '', (other) => own[other] ?? ofServices[other]);
  }
  return { ...ofServices, ...own };
}

/** Command and arguments with all variables of the container put in (pkg/kubelet/container/helpers.go). */
export const expandAll = (words: string[] | undefined, env: Variables): string[] | undefined =>
  words?.map((word) => expand(word, (name) => env[name]));

/** Variables that exec probes and hooks may name: those with a literal value alone (ExpandContainerCommandOnlyStatic). */
export const literalVariables = (container: Container): Variables =>
  Object.fromEntries((container.env ?? []).flatMap(({ name, value }) => (value ? [[name, value]] : [])));

const addressOf = ({ metadata, spec }: Kinds['Service']): ServiceAddress => ({
  name: metadata.name,
  clusterIP: spec?.clusterIP ?? '',
  ports: spec?.ports ?? [],
});

const missing = (message: string) => new StartFailure('CreateContainerConfigError', message);
const decode = (base64: string): string => Buffer.from(base64, 'base64').toString();

type Reference = { name?: string; optional?: boolean };

/** Undefined where it is absent and optional. */
function valuesOf(kind: 'configmap' | 'secret', { name = '', optional }: Reference, sources: EnvironmentSources): Variables {
  const object = kind === 'configmap' ? sources.configMap(name) : sources.secret(name);
  if (!object && !optional) throw missing(`${kind} "${name}" not found`);
  const data = object?.data ?? {};
  return kind === 'configmap' ? data : Object.fromEntries(Object.entries(data).map(([key, value]) => [key, decode(value)]));
}

type ValueSource = NonNullable<NonNullable<Container['env']>[number]['valueFrom']>;

function variableValue(from: ValueSource, container: Container, sources: EnvironmentSources): string | undefined {
  if (from.fieldRef) {
    try {
      return fieldValue(from.fieldRef.fieldPath, sources.pod, sources);
    } catch (error) {
      throw missing((error as Error).message);
    }
  }
  if (from.resourceFieldRef) return resourceValue(from.resourceFieldRef, container, sources.allocatable);
  const isMap = from.configMapKeyRef !== undefined;
  const reference = from.configMapKeyRef ?? from.secretKeyRef;
  if (!reference) return undefined;
  const { key, name, optional } = reference;
  const value = valuesOf(isMap ? 'configmap' : 'secret', reference, sources)[key];
  if (value === undefined && !optional) {
    const title = `${isMap ? 'ConfigMap' : 'Secret'} ${sources.pod.metadata.namespace}/${name}`;
    throw missing(`couldn't find key ${key} in ${title}`);
  }
  return value;
}
