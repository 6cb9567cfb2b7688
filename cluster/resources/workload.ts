import { isDeepStrictEqual } from 'node:util';
import type { V1Container, V1LabelSelector, V1PodTemplateSpec } from '@kubernetes/client-node';
import { at, type KubeObject, type Wire } from '../api/object.ts';
import { forbidden, invalidValue, nonNegative, required } from './causes.ts';
import { matchesSelector, selectorText } from './label-selector.ts';
import { labelSelectorCauses } from './label-selector-causes.ts';
import { labelCauses } from './names.ts';
import { type PodsAre, podNotHonoured } from './not-honoured.ts';
import { defaultPodSpec } from './pod/defaults.ts';
import { alwaysRestarts, podSpecCauses } from './pod/validate-spec.ts';
import { podWarnings } from './pod/warnings.ts';
import type { Cause, Column } from './resource.ts';

type Template = Wire<V1PodTemplateSpec>;
type Selector = Wire<V1LabelSelector>;

/** The parts of a spec that Deployment, ReplicaSet and StatefulSet share. */
export interface WorkloadSpec {
  replicas?: number;
  selector?: Wire<V1LabelSelector>;
  template?: Template;
  [field: string]: unknown;
}
export const specOf = (object: KubeObject): WorkloadSpec => (object.spec ?? {}) as WorkloadSpec;

/** The template with its defaults. */
export const defaultTemplate = (template: Template | undefined): Template => ({
  ...template,
  metadata: template?.metadata ?? {},
  spec: defaultPodSpec(template?.spec ?? {}) as Template['spec'],
});

/** What is wrong with replicas, selector and template. */
export function workloadCauses(object: KubeObject): Cause[] {
  const { replicas, selector, template } = specOf(object);
  const labels = template?.metadata?.labels ?? {};
  const owner = object.kind === 'StatefulSet' ? 'StatefulSet' : 'ReplicaSet';
  return [
    ...nonNegative('spec.replicas', replicas),
    ...nonNegative('spec.minReadySeconds', object.spec && at(object.spec, 'minReadySeconds')),
    ...selectorCauses(object, selector),
    ...(isUsable(selector) && !matchesSelector(selector, labels)
      ? [invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')]
      : []),
    ...labelCauses('spec.template.metadata.labels', labels),
    ...podSpecCauses('spec.template.spec', template?.spec ?? {}),
    ...alwaysRestarts('spec.template.spec', template?.spec),
    ...(template?.spec?.activeDeadlineSeconds === undefined
      ? []
      : [forbidden('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${owner} is not Supported`)]),
  ];
}

const isEmpty = ({ matchLabels = {}, matchExpressions = [] }: Selector): boolean =>
  Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
/** Whether the selector can be asked at all. */
const isUsable = (selector: Selector | undefined): selector is Selector =>
  selector !== undefined && !isEmpty(selector) && labelSelectorCauses('', selector).length === 0;

function selectorCauses({ kind }: KubeObject, selector: Selector | undefined): Cause[] {
  if (!selector) return [required('spec.selector')];
  if (!isEmpty(selector)) return labelSelectorCauses('spec.selector', selector);
  return [
    invalidValue('spec.selector', selector, `empty selector is invalid for ${kind === 'StatefulSet' ? 'statefulset' : 'deployment'}`),
  ];
}

/** A selector may not change once it is there. */
export const selectorIsFixed = (object: KubeObject, old: KubeObject): Cause[] =>
  isDeepStrictEqual(specOf(object).selector, specOf(old).selector)
    ? []
    : [invalidValue('spec.selector', specOf(object).selector, 'field is immutable')];

/** What a template's Pods would be warned of. */
export function templateWarnings(object: KubeObject, podsAre: PodsAre): string[] {
  const [path, spec] = ['spec.template.spec', specOf(object).template?.spec ?? {}];
  return [...podWarnings(path, spec), ...podNotHonoured(path, spec, podsAre)];
}

const joined = (object: KubeObject, field: keyof V1Container): string =>
  (specOf(object).template?.spec?.containers ?? []).map((container) => String(container[field])).join(',');

export const containersColumn: Column = { name: 'Containers', wide: true, cell: (object) => joined(object, 'name') };
export const imagesColumn: Column = { name: 'Images', wide: true, cell: (object) => joined(object, 'image') };
export const selectorColumn: Column = { name: 'Selector', wide: true, cell: (object) => selectorText(specOf(object).selector) || '<none>' };

/** A count of the status; 0 where it is not there. */
export const statusCount = (object: KubeObject, field: string): number => Number(at(object, 'status', field) ?? 0);
