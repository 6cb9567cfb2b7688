import { readdirSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { JsonObject, KubeObject } from '../api/object.ts';
import { fieldsOf, loadFieldModels } from './field-models.ts';
import { checkFields } from './fields.ts';
import { autoscalerNotHonoured, podNotHonoured, serviceNotHonoured } from './not-honoured.ts';
import { resources } from './resources.ts';

const base = new URL('../../manifests/base/', import.meta.url);
const documents = readdirSync(base)
  .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
  .flatMap((file) => parseAllDocuments(readFileSync(new URL(file, base), 'utf8')).map((document) => document.toJS() as JsonObject));
const named = documents.map((object): [string, JsonObject] => [`${object.kind} ${(object.metadata as JsonObject).name}`, object]);

function taken(sent: JsonObject): KubeObject {
  const resource = resources.find(({ kind }) => kind === sent.kind);
  if (!resource) throw new Error(`no resource serves ${sent.kind}`);
  return resource.admit(resource.prepareForCreate(resource.applyDefaults(sent as unknown as KubeObject)));
}
const resourceOf = (object: JsonObject) => resources.find(({ kind }) => kind === object.kind);

describe("the shop's own manifests", () => {
  beforeAll(loadFieldModels);
  it('are there', () => expect(named.length).toBeGreaterThan(12));
  it.each(named)('%s has only fields that Kubernetes knows, and is valid', (_title, sent) => {
    expect(checkFields(sent)).toEqual({ unknown: [] });
    expect(resourceOf(sent)?.validate(taken(sent))).toEqual([]);
  });
  it.each(named)('%s gives no warning', (_title, sent) => {
    expect(resourceOf(sent)?.warnings(taken(sent), 'processes')).toEqual([]);
    expect(resourceOf(sent)?.warnings(taken(sent), 'containers')).toEqual([]);
  });
});

it('an autoscaler is told which metrics nothing serves', () => {
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } };
  const pods = { type: 'Pods', pods: { metric: { name: 'requests' }, target: { type: 'AverageValue', averageValue: '10' } } };
  expect(autoscalerNotHonoured({ maxReplicas: 3, metrics: [cpu, pods], behavior: {}, scaleTargetRef: { kind: 'Deployment' } })).toEqual([
    'spec.metrics[1].pods: not honoured on this platform: nothing serves custom metrics, and the autoscaler reports FailedGetPodsMetric',
  ]);
});

describe('what a Pod asks for in vain is said', () => {
  const warned = (spec: object): string[] =>
    podNotHonoured('spec', spec, 'processes').map((sentence) => sentence.replace(/: not honoured.*/, ''));

  it('by the path of the field', () => {
    const spec = {
      hostNetwork: true,
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }],
      initContainers: [{ name: 'i', tty: true }],
      containers: [
        { name: 'a' },
        {
          name: 'b',
          resources: { limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1Gi' } },
          securityContext: { capabilities: { add: ['NET_ADMIN'] } },
        },
      ],
    };
    expect(warned(spec)).toEqual([
      'spec.hostNetwork',
      'spec.volumes[0].persistentVolumeClaim',
      'spec.initContainers[0].tty',
      'spec.containers[1].resources.limits.ephemeral-storage',
      'spec.containers[1].securityContext.capabilities',
    ]);
  });

  it('with a reason', () => {
    expect(podNotHonoured('spec', { volumes: [{ name: 'v', hostPath: { path: '/' } }] }, 'processes')).toEqual([
      'spec.volumes[0].hostPath: not honoured on this platform: the Pod stays in ContainerCreating: only emptyDir, configMap, secret, downwardAPI and projected are mounted',
    ]);
  });

  it('also where no rule knows the field', () => expect(warned({ brandNew: { some: 1 } })).toEqual(['spec.brandNew']));

  it('not for values that ask for nothing, or for what is so anyway', () => {
    const spec = {
      hostNetwork: false,
      dnsPolicy: 'ClusterFirst',
      schedulerName: 'default-scheduler',
      affinity: {},
      imagePullSecrets: [],
      automountServiceAccountToken: false,
      containers: [
        { name: 'a', securityContext: { allowPrivilegeEscalation: true }, volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: false }] },
      ],
    };
    expect(warned(spec)).toEqual([]);
  });

  it('where false asks for something', () => {
    const spec = { hostUsers: false, containers: [{ name: 'a', securityContext: { allowPrivilegeEscalation: false } }] };
    expect(warned(spec)).toEqual(['spec.hostUsers', 'spec.containers[0].securityContext.allowPrivilegeEscalation']);
  });

  it('and less of it where containers are an engine’s', () => {
    const spec = {
      volumes: [
        { name: 'm', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
        { name: 'd', emptyDir: { sizeLimit: '1Mi' } },
      ],
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'a',
          tty: true,
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'm', mountPath: '/m', readOnly: true }],
        },
      ],
    };
    const containers = podNotHonoured('spec', spec, 'containers').map((sentence) => sentence.replace(/: not honoured.*/, ''));
    expect(containers).toEqual(['spec.volumes[1].emptyDir.sizeLimit', 'spec.containers[0].tty']);
    expect(warned(spec)).toEqual(
      expect.arrayContaining([...containers, 'spec.volumes[0].emptyDir.medium', 'spec.securityContext.seccompProfile']),
    );
  });

  it('for how long a taint is tolerated, but for the two that every Pod gets', () => {
    const given = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 };
    expect(warned({ tolerations: [given] })).toEqual([]);
    const own = { key: 'gpu', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
    expect(warned({ tolerations: [given, own] })).toEqual(['spec.tolerations[1].tolerationSeconds']);
  });
});

describe('each field of a kind is either acted on or has its reason', () => {
  beforeAll(loadFieldModels);
  // A value that each rule must notice: no default, not empty.
  const something = { x: 1 };
  const unexplained = (sentences: string[]): string[] => sentences.filter((sentence) => sentence.endsWith('nothing here acts on it'));

  it.each([
    ['V1PodSpec', (value: object) => value],
    ['V1PodSecurityContext', (value: object) => ({ securityContext: value })],
    ['V1Container', (value: object) => ({ containers: [value] })],
    ['V1SecurityContext', (value: object) => ({ containers: [{ securityContext: value }] })],
    ['V1ContainerPort', (value: object) => ({ containers: [{ ports: [value] }] })],
    ['V1VolumeMount', (value: object) => ({ containers: [{ volumeMounts: [value] }] })],
    ['V1Lifecycle', (value: object) => ({ containers: [{ lifecycle: value }] })],
    ['V1EmptyDirVolumeSource', (value: object) => ({ volumes: [{ emptyDir: value }] })],
  ])('%s', (model, place) => {
    const known = [...fieldsOf(model).keys()];
    expect(known.length).toBeGreaterThan(1);
    // Restart rules of single containers are dropped before anyone could act on them.
    const reported = known.filter((field) =>
      unexplained(podNotHonoured('spec', place({ [field]: something }), 'processes')).some((text) => text.includes(`.${field}: `)),
    );
    expect(reported).toEqual(model === 'V1Container' ? ['restartPolicyRules'] : []);
  });

  it('V1ServiceSpec', () => {
    for (const field of fieldsOf('V1ServiceSpec').keys()) expect(unexplained(serviceNotHonoured({ [field]: 'something' }))).toEqual([]);
  });
});
