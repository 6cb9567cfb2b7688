import { modelOf } from './field-models.ts';
import { checkFields, loadFieldModels } from './fields.ts';
import { resources } from './resources.ts';

const container = (more: object) => ({ name: 'app', image: 'web:1', ...more });
const deployment = (spec: object, ...containers: object[]) =>
  JSON.parse(
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template: { spec: { containers } }, ...spec },
    }),
  );

describe('fields that a kind does not have', () => {
  beforeAll(loadFieldModels);

  it('are named by their path, all of them', () => {
    const sent = deployment(
      { replcas: 2 },
      container({ ports: [{ containerport: 80 }], livenessProbe: { httpGet: { porrt: 80 } }, Image: 'x' }),
    );
    expect(checkFields(sent)).toEqual({
      unknown: [
        'spec.template.spec.containers[0].ports[0].containerport',
        'spec.template.spec.containers[0].livenessProbe.httpGet.porrt',
        'spec.template.spec.containers[0].Image',
        'spec.replcas',
      ],
    });
  });

  it('are found at the root and in metadata', () => {
    const sent = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', lables: {} }, dta: {} };
    expect(checkFields(sent).unknown).toEqual(['metadata.lables', 'dta']);
  });

  it('are none where keys are free', () => {
    const sent = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', labels: { anything: 'x' }, annotations: null },
      data: { 'a.b': 'c' },
    };
    expect(checkFields(sent)).toEqual({ unknown: [] });
  });

  it.each(resources.map(({ group, version, kind }) => [`${group ? `${group}/` : ''}${version}`, kind]))(
    'are known of %s %s',
    (apiVersion, kind) => {
      expect(modelOf(apiVersion, kind)).toBeDefined();
    },
  );

  it('are not looked for in kinds that are not known', () => {
    expect(checkFields({ apiVersion: 'example.com/v1', kind: 'Toast', butter: true })).toEqual({ unknown: [] });
  });
});

describe('values of the wrong type', () => {
  beforeAll(loadFieldModels);
  const wrong = (object: Parameters<typeof checkFields>[0]) => checkFields(object).wrongType;

  it.each([
    [
      'text for a number',
      deployment({ replicas: 'two' }),
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      'a fraction for a count',
      deployment({ replicas: 1.5 }),
      'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      'a number too large',
      deployment({ replicas: 3_000_000_000 }),
      'json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      'a number for text in a list',
      deployment({}, container({ env: [{ name: 'PORT', value: 8080 }] })),
      'json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
    ],
    [
      'an object for a list',
      deployment({ template: { spec: { containers: {} } } }),
      'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    ],
    [
      'text for an object',
      deployment({}, container({ livenessProbe: 'yes' })),
      'json: cannot unmarshal string into Go struct field Container.spec.template.spec.containers.livenessProbe of type v1.Probe',
    ],
    [
      'a truth value in a map of text',
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { on: true } },
      'json: cannot unmarshal bool into Go struct field ConfigMap.data of type string',
    ],
    [
      'a number among labels',
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', labels: { version: 1 } } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      'what is no quantity',
      deployment({}, container({ resources: { requests: { cpu: 'abc' } } })),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      'a truth value for a port',
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 80, targetPort: true }] } },
      'json: cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type int32',
    ],
    [
      'what is no time',
      { apiVersion: 'v1', kind: 'Event', metadata: { name: 'e' }, firstTimestamp: 'now' },
      'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
    ],
    [
      'what is not base64 in a Secret',
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: 'ab$d' } },
      'illegal base64 data at input byte 2',
    ],
  ])('%s', (_title, object, sentence) => expect(wrong(object)).toBe(sentence));

  it('are none where a number stands for a quantity or a port', () => {
    const sent = deployment(
      { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } } },
      container({ resources: { limits: { cpu: 1, memory: '1Gi' } }, readinessProbe: { tcpSocket: { port: 80 } } }),
    );
    expect(checkFields(sent)).toEqual({ unknown: [] });
  });

  it('are told of by the first one', () => {
    expect(wrong(deployment({ replicas: 'two', paused: 1 }))).toMatch(/spec\.replicas/);
  });
});
