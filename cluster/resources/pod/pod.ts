import type { KubeObject } from '../../api/object.ts';
import type { Kinds } from '../../api/registry.ts';
import { ageSince } from '../age.ts';
import { invalidValue } from '../causes.ts';
import { defineResource } from '../define.ts';
import { type PodsAre, podNotHonoured } from '../not-honoured.ts';
import { computeQosClass } from '../qos-class.ts';
import type { Cause } from '../resource.ts';
import { defaultPod } from './defaults.ts';
import { podSummary } from './status-text.ts';
import { podUpdateCauses } from './update.ts';
import { labelOf, podSpecCauses } from './validate-spec.ts';
import { podWarnings } from './warnings.ts';

const typed = (object: KubeObject): Kinds['Pod'] => object as unknown as Kinds['Pod'];
const summary = (object: KubeObject, now: number) => podSummary(typed(object), now);

const notReadyTolerations = ['not-ready', 'unreachable'].map((state) => ({
  key: `node.kubernetes.io/${state}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

/** What a Pod's image name and host name may be is asked of Pods alone, not of templates. */
function podCauses(object: KubeObject): Cause[] {
  const { spec } = typed(object);
  const spaced = (['containers', 'initContainers'] as const).flatMap((list) =>
    (spec?.[list] ?? []).flatMap(({ image = '' }, index) =>
      image === image.trim() ? [] : [invalidValue(`spec.${list}[${index}].image`, image, 'must not have leading or trailing whitespace')],
    ),
  );
  return [...podSpecCauses('spec', spec ?? {}), ...spaced];
}

function warnings(object: KubeObject, podsAre: PodsAre): string[] {
  const { metadata, spec = {} } = typed(object);
  const why = labelOf('metadata.name', metadata.name)[0]?.message.replace(/^Invalid value: "[^"]*": /, '');
  return [
    ...(why === undefined
      ? []
      : [
          `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${why}]`,
        ]),
    ...podWarnings('spec', spec),
    ...podNotHonoured('spec', spec, podsAre),
  ];
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
  validate: podCauses,
  validateUpdate: podUpdateCauses,
  warnings,
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
