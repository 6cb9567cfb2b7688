import type { JsonObject, KubeObject } from '../api/object.ts';
import { resources } from './resources.ts';

type Sent = Record<string, unknown>;
const resource = (kind: string) => {
  const found = resources.find((one) => one.kind === kind);
  if (!found) throw new Error(`no kind ${kind}`);
  return found;
};
const taken = (kind: string, object: Sent): KubeObject =>
  resource(kind).applyDefaults({ kind, metadata: { name: 'x' }, ...object } as unknown as KubeObject);
const said = (causes: { field: string; message: string }[]): string[] => causes.map(({ field, message }) => `${field}: ${message}`);
const wrong = (kind: string, object: Sent): string[] => said(resource(kind).validate(taken(kind, object)));

const pod = (container: Sent, spec: Sent = {}): Sent => ({
  spec: { containers: [{ name: 'app', image: 'web:1', ...container }], ...spec },
});
const workload = (selector: Sent, spec: Sent = {}): Sent => ({
  spec: { selector, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'web:1' }], ...spec } } },
});
const own = { matchLabels: { app: 'web' } };

describe('what is wrong is said in the words of Kubernetes', () => {
  it.each<[string, string, Sent, string[]]>([
    [
      'an image with spaces',
      'Pod',
      pod({ image: ' web' }),
      ['spec.containers[0].image: Invalid value: " web": must not have leading or trailing whitespace'],
    ],
    [
      'a resource that there is not',
      'Pod',
      pod({ resources: { requests: { gpu: '1' } } }),
      [
        'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified',
        'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource for containers',
      ],
    ],
    [
      'a request over its limit',
      'Pod',
      pod({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
      ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ],
    [
      'a volume that there is not',
      'Pod',
      pod({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      ['spec.containers[0].volumeMounts[0].name: Not found: "v"'],
    ],
    [
      'two mounts at one path',
      'Pod',
      pod(
        {
          volumeMounts: [
            { name: 'v', mountPath: '/v' },
            { name: 'v', mountPath: '/v' },
          ],
        },
        { volumes: [{ name: 'v' }] },
      ),
      ['spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/v": must be unique'],
    ],
    [
      'a volume of a nameless ConfigMap',
      'Pod',
      pod({}, { volumes: [{ name: 'v', configMap: {} }] }),
      ['spec.volumes[0].configMap.name: Required value'],
    ],
    [
      'a variable from a key that is not named',
      'Pod',
      pod({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's' } } }] }),
      ['spec.containers[0].env[0].valueFrom.secretKeyRef.key: Required value'],
    ],
    [
      'variables from nowhere',
      'Pod',
      pod({ envFrom: [{}] }),
      ['spec.containers[0].envFrom[0]: Invalid value: "": must specify one of: `configMapRef` or `secretRef`'],
    ],
    [
      'a probe of an init container that ends',
      'Pod',
      pod({}, { initContainers: [{ name: 'i', image: 'b:1', readinessProbe: { exec: { command: ['true'] } } }] }),
      ['spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always'],
    ],
    [
      'a probe that does nothing',
      'Pod',
      pod({ livenessProbe: {} }),
      ['spec.containers[0].livenessProbe: Required value: must specify a handler type'],
    ],
    [
      'a grace period of a readiness probe',
      'Pod',
      pod({ readinessProbe: { exec: { command: ['true'] }, terminationGracePeriodSeconds: 5 } }),
      ['spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes'],
    ],
    ['a selector of nothing', 'Deployment', workload({}), ['spec.selector: Invalid value: {}: empty selector is invalid for deployment']],
    [
      'a selector of nothing in a StatefulSet',
      'StatefulSet',
      workload({}),
      ['spec.selector: Invalid value: {}: empty selector is invalid for statefulset'],
    ],
    [
      'an operator that there is not',
      'ReplicaSet',
      workload({ matchExpressions: [{ key: 'app', operator: 'Is', values: ['web'] }] }),
      ['spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator'],
    ],
    [
      'an operator without values',
      'ReplicaSet',
      workload({ matchExpressions: [{ key: 'app', operator: 'In' }] }),
      ["spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"],
    ],
    [
      'values where an operator takes none',
      'ReplicaSet',
      workload({ matchExpressions: [{ key: 'app', operator: 'Exists', values: ['web'] }] }),
      ["spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"],
    ],
    [
      'a deadline of a template',
      'Deployment',
      workload(own, { activeDeadlineSeconds: 5 }),
      ['spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported'],
    ],
    [
      'two ports of one number',
      'Service',
      {
        spec: {
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 80 },
          ],
        },
      },
      ['spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}'],
    ],
    [
      'a port of no number',
      'Service',
      { spec: { ports: [{ targetPort: 80 }] } },
      ['spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive'],
    ],
    ['no name for another host', 'Service', { spec: { type: 'ExternalName' } }, ['spec.externalName: Required value']],
    ['a certificate without its key', 'Secret', { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }, ['data[tls.key]: Required value']],
    ['over 1 MiB', 'ConfigMap', { data: { a: 'x'.repeat(1024 * 1024 + 1) } }, ['[]: Too long: may not be more than 1048576 bytes']],
    [
      'a metric without a goal',
      'HorizontalPodAutoscaler',
      {
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: 'web' },
          maxReplicas: 3,
          metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization' } } }],
        },
      },
      ['spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization'],
    ],
  ])('%s', (_title, kind, object, sentences) => expect(wrong(kind, object)).toEqual(sentences));

  it('nothing, where nothing is', () => {
    expect(wrong('Deployment', workload(own))).toEqual([]);
    expect(wrong('ReplicaSet', workload({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['db'] }] }))).toEqual([]);
    expect(
      wrong(
        'Pod',
        pod(
          {},
          { initContainers: [{ name: 'i', image: 'b:1', restartPolicy: 'Always', readinessProbe: { exec: { command: ['true'] } } }] },
        ),
      ),
    ).toEqual([]);
  });
});

describe('an object of one kind may become', () => {
  const update = (kind: string, before: Sent, after: Sent): string[] =>
    said(resource(kind).validateUpdate(taken(kind, after), taken(kind, before)));

  it('a Pod of another image, but not of other containers or variables', () => {
    expect(update('Pod', pod({}), pod({ image: 'web:2' }))).toEqual([]);
    expect(update('Pod', pod({}), pod({}, { initContainers: [{ name: 'i', image: 'b:1' }] }))).toEqual([
      'spec.initContainers: Forbidden: pod updates may not add or remove containers',
    ]);
    const [sentence = ''] = update('Pod', pod({ env: [{ name: 'A', value: '1' }] }), pod({ env: [{ name: 'A', value: '2' }] }));
    expect(sentence).toMatch(/^spec: Forbidden: pod updates may not change fields other than .*\n- "Value": "1",\n\+ "Value": "2",\n$/);
  });

  it('a Pod with an earlier deadline, not a later one', () => {
    expect(update('Pod', pod({}), pod({}, { activeDeadlineSeconds: 5 }))).toEqual([]);
    expect(update('Pod', pod({}, { activeDeadlineSeconds: 5 }), pod({}, { activeDeadlineSeconds: 6 }))).toEqual([
      'spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value',
    ]);
  });

  it('a Pod with more tolerations, not fewer', () => {
    const [one, other] = [
      { key: 'a', operator: 'Exists' },
      { key: 'b', operator: 'Exists' },
    ];
    expect(update('Pod', pod({}, { tolerations: [one] }), pod({}, { tolerations: [one, other] }))).toEqual([]);
    expect(update('Pod', pod({}, { tolerations: [one] }), pod({}, { tolerations: [other] }))).toEqual([
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ]);
  });

  it('a Deployment of the same selector only', () => {
    expect(
      update('Deployment', workload({ matchLabels: { app: 'web' } }), workload({ matchExpressions: [{ key: 'app', operator: 'Exists' }] })),
    ).toEqual(['spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Exists"}]}: field is immutable']);
  });

  it('a StatefulSet in the fields that may change', () => {
    const set = (more: Sent): Sent => ({ spec: { ...(workload(own).spec as Sent), serviceName: 'db', ...more } });
    expect(update('StatefulSet', set({}), set({ replicas: 3, minReadySeconds: 5, updateStrategy: { type: 'OnDelete' } }))).toEqual([]);
    expect(update('StatefulSet', set({}), set({ serviceName: 'other' }))).toEqual([
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ]);
  });

  it('a Service of the same address, or of none', () => {
    const service = (spec: Sent): Sent => ({ spec: { ports: [{ port: 80 }], ...spec } });
    const before = service({ clusterIP: '127.37.200.1' });
    expect(update('Service', before, service({ clusterIP: '127.37.200.1', type: 'NodePort' }))).toEqual([]);
    expect(update('Service', before, service({ type: 'ExternalName', externalName: 'example.com' }))).toEqual([]);
    expect(update('Service', before, service({ clusterIP: '127.37.200.2' }))).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["127.37.200.2"]: may not change once set',
    ]);
  });

  it('a Secret of the same type only', () => {
    expect(update('Secret', {}, { type: 'example.com/other' })).toEqual(['type: Invalid value: "example.com/other": field is immutable']);
  });

  it('a ConfigMap that is not immutable', () => {
    const why = 'field is immutable when `immutable` is set';
    expect(update('ConfigMap', { immutable: true, data: { a: '1' } }, { data: { a: '2' } })).toEqual([
      `immutable: Forbidden: ${why}`,
      `data: Forbidden: ${why}`,
    ]);
  });
});

describe('what a client may leave out', () => {
  it('is the base64 of a Secret', () => {
    const { metadata: _metadata, ...secret } = taken('Secret', { data: { a: 'MQ==', b: 'Mg==' }, stringData: { b: 'zwei' } });
    expect(secret).toEqual({ kind: 'Secret', type: 'Opaque', data: { a: 'MQ==', b: 'endlaQ==' } });
  });

  it('is what admission gives a Pod', () => {
    const lost = (state: string) => ({
      key: `node.kubernetes.io/${state}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 300,
    });
    expect(resource('Pod').admit(taken('Pod', pod({})))).toMatchObject({
      spec: {
        serviceAccountName: 'default',
        serviceAccount: 'default',
        enableServiceLinks: true,
        priority: 0,
        preemptionPolicy: 'PreemptLowerPriority',
        tolerations: [lost('not-ready'), lost('unreachable')],
      },
    });
  });
});

describe('amounts', () => {
  it('are kept as Kubernetes prints them', () => {
    const requests = { cpu: 0.5, memory: '1024Mi', 'ephemeral-storage': '1e3' };
    const { spec } = taken('Pod', pod({ resources: { requests } })) as unknown as { spec: { containers: JsonObject[] } };
    expect(spec.containers[0]?.resources).toEqual({ requests: { cpu: '500m', memory: '1Gi', 'ephemeral-storage': '1e3' } });
  });
});

describe('Kubernetes itself warns', () => {
  const warned = (kind: string, object: Sent): string[] => resource(kind).warnings(taken(kind, object), 'processes');
  it.each<[string, string, Sent, string]>([
    [
      'of a variable that hides another',
      'Deployment',
      {
        spec: {
          template: pod({
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '2' },
            ],
          }),
        },
      },
      'spec.template.spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    ],
    [
      'of a part of a byte',
      'Pod',
      pod({ resources: { requests: { memory: '100m' } } }),
      'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
    ],
    [
      'of a Pod name with dots',
      'Pod',
      { metadata: { name: 'a.b' }, ...pod({}) },
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
    ],
    ['of Endpoints', 'Endpoints', {}, 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
  ])('%s', (_title, kind, object, sentence) => expect(warned(kind, object)).toEqual([sentence]));
});

describe('discovery', () => {
  it.each([
    ['Pod', ['po'], ['all'], ['binding', 'eviction', 'exec', 'log', 'proxy', 'status']],
    ['Service', ['svc'], ['all'], ['proxy', 'status']],
    ['Deployment', ['deploy'], ['all'], ['scale', 'status']],
    ['ReplicaSet', ['rs'], ['all'], ['scale', 'status']],
    ['StatefulSet', ['sts'], ['all'], ['scale', 'status']],
    ['HorizontalPodAutoscaler', ['hpa'], ['all'], ['status']],
    ['ConfigMap', ['cm'], [], []],
    ['Namespace', ['ns'], [], ['finalize', 'status']],
    ['Node', ['no'], [], ['status']],
  ])('%s has its short names, categories and subresources', (kind, shortNames, categories, subresources) => {
    const found = resource(kind);
    expect({ ...found, subresources: [...found.subresources].sort() }).toMatchObject({ shortNames, categories, subresources });
  });

  it('has the preferred version of a kind first, and stores one version', () => {
    const versions = resources.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
    expect(versions.map(({ version, conversion }) => [version, conversion?.storedVersion])).toEqual([
      ['v2', undefined],
      ['v1', 'v2'],
    ]);
  });
});
