import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../api/object.ts';
import type { Kinds } from '../../api/registry.ts';
import { ageSince } from '../age.ts';
import { forbidden } from '../causes.ts';
import { defineResource } from '../define.ts';
import { podNotHonoured } from '../not-honoured.ts';
import { computeQosClass } from '../qos-class.ts';
import type { Cause } from '../resource.ts';
import { defaultPod } from './defaults.ts';
import { podSummary } from './status-text.ts';
import { podSpecCauses } from './validate-spec.ts';

const typed = (object: KubeObject): Kinds['Pod'] => object as unknown as Kinds['Pod'];
const summary = (object: KubeObject, now: number) => podSummary(typed(object), now);

const notReadyTolerations = ['not-ready', 'unreachable'].map((state) => ({
  key: `node.kubernetes.io/${state}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

/** Only images, an active deadline and more tolerations may change once a Pod is there. */
function updateCauses(object: KubeObject, old: KubeObject): Cause[] {
  const [after, before] = [typed(object).spec, typed(old).spec];
  if (after?.containers.length !== before?.containers.length) {
    return [forbidden('spec.containers', 'pod updates may not add or remove containers')];
  }
  const unchangeable = (spec: typeof after) => ({
    ...spec,
    containers: spec?.containers.map(({ image: _image, ...rest }) => rest),
    initContainers: spec?.initContainers?.map(({ image: _image, ...rest }) => rest),
    activeDeadlineSeconds: undefined,
    tolerations: undefined,
  });
  if (isDeepStrictEqual(unchangeable(after), unchangeable(before))) return [];
  const why =
    'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [forbidden('spec', why)];
}

export const pod = defineResource('v1', 'Pod', {
  shortNames: ['po'],
  categories: ['all'],
  subresources: ['status', 'log', 'exec', 'eviction', 'binding', 'proxy'],
  hasGeneration: true,
  applyDefaults: (object) => ({ ...object, spec: defaultPod((object.spec ?? {}) as Parameters<typeof defaultPod>[0]) }),
  prepareForCreate: (object) => {
    const { spec } = typed(object);
    const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
    return { ...object, status: { phase: 'Pending', qosClass: computeQosClass(containers.map((one) => one.resources)) } };
  },
  admit: (object) => {
    const { spec } = typed(object);
    const account = spec?.serviceAccountName ?? 'default';
    return {
      ...object,
      spec: {
        ...spec,
        serviceAccountName: account,
        serviceAccount: account,
        priority: 0,
        preemptionPolicy: 'PreemptLowerPriority',
        tolerations: [
          ...(spec?.tolerations ?? []),
          ...notReadyTolerations.filter(({ key }) => !spec?.tolerations?.some((one) => one.key === key)),
        ],
      },
    };
  },
  validate: (object) => podSpecCauses('spec', typed(object).spec ?? {}),
  validateUpdate: updateCauses,
  warnings: (object) => podNotHonoured('spec', typed(object).spec ?? {}),
  columns: [
    { name: 'Name', format: 'name', cell: (object) => object.metadata.name },
    { name: 'Ready', cell: (object, now) => summary(object, now).ready },
    { name: 'Status', cell: (object, now) => summary(object, now).status },
    { name: 'Restarts', cell: (object, now) => summary(object, now).restarts },
    { name: 'Age', cell: (object, now) => ageSince(object.metadata.creationTimestamp, now) },
    { name: 'IP', wide: true, cell: (object) => typed(object).status?.podIP ?? '<none>' },
    { name: 'Node', wide: true, cell: (object) => typed(object).spec?.nodeName ?? '<none>' },
    { name: 'Nominated Node', wide: true, cell: (object) => typed(object).status?.nominatedNodeName ?? '<none>' },
    { name: 'Readiness Gates', wide: true, cell: readinessGates },
  ],
});

function readinessGates(object: KubeObject): string {
  const gates = typed(object).spec?.readinessGates ?? [];
  const met = gates.filter(({ conditionType }) =>
    typed(object).status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True'),
  );
  return gates.length === 0 ? '<none>' : `${met.length}/${gates.length}`;
}
