import { decodeProtobuf } from './decode.ts';

// What `kubectl create deployment web --image=web:1 --replicas=2` of 1.32 and others sent, less the envelope's end.
const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]);
const bytes = (number: number, ...content: (Buffer | string)[]): Buffer => {
  const data = Buffer.concat(content.map((part) => Buffer.from(part as string)));
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(data.length)]), data]);
};
const integer = (number: number, value: number): Buffer => Buffer.from([...varint(number * 8), ...varint(value)]);
const body = (apiVersion: string, kind: string, ...object: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('k8s\0'), bytes(1, bytes(1, apiVersion), bytes(2, kind)), bytes(2, ...object)]);
const meta = (name: string, ...more: Buffer[]) => bytes(1, bytes(1, name), bytes(2, ''), ...more);

test('a Deployment, with nested messages, maps, lists and numbers', () => {
  const container = bytes(2, bytes(1, 'web'), bytes(2, 'web:1'), bytes(4, 'a'), bytes(4, 'b'), bytes(6, integer(3, 8080)));
  const spec = bytes(
    2,
    integer(1, 300),
    bytes(2, bytes(1, bytes(1, 'app'), bytes(2, 'web'))),
    bytes(3, bytes(2, container)),
    bytes(4, bytes(2, bytes(1, integer(1, 1), bytes(3, '25%')))),
  );
  expect(decodeProtobuf(body('apps/v1', 'Deployment', meta('web', bytes(11, bytes(1, 'app'), bytes(2, 'web'))), spec))).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: {
      replicas: 300,
      selector: { matchLabels: { app: 'web' } },
      template: { spec: { containers: [{ name: 'web', image: 'web:1', args: ['a', 'b'], ports: [{ containerPort: 8080 }] }] } },
      strategy: { rollingUpdate: { maxUnavailable: '25%' } },
    },
  });
});

test('a Secret, its data as base64', () => {
  const data = bytes(2, bytes(1, 'password'), bytes(2, 'geheim'));
  expect(decodeProtobuf(body('v1', 'Secret', meta('s'), data))).toMatchObject({
    data: { password: Buffer.from('geheim').toString('base64') },
  });
});

test('the HorizontalPodAutoscaler of both versions', () => {
  const target = bytes(1, bytes(1, 'Deployment'), bytes(2, 'web'), bytes(3, 'apps/v1'));
  const v1 = bytes(2, target, integer(3, 5), integer(4, 80));
  expect(decodeProtobuf(body('autoscaling/v1', 'HorizontalPodAutoscaler', meta('web'), v1))).toMatchObject({
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' },
      maxReplicas: 5,
      targetCPUUtilizationPercentage: 80,
    },
  });
  const metric = bytes(4, bytes(1, 'Resource'), bytes(4, bytes(1, 'cpu'), bytes(2, bytes(1, 'Utilization'), integer(4, 80))));
  expect(
    decodeProtobuf(body('autoscaling/v2', 'HorizontalPodAutoscaler', meta('web'), bytes(2, target, integer(3, 5), metric))),
  ).toMatchObject({
    spec: { metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }] },
  });
});

test('DeleteOptions with a grace of 0', () => {
  expect(decodeProtobuf(body('v1', 'DeleteOptions', integer(1, 0), bytes(2, bytes(1, 'uid')), bytes(4, 'Foreground')))).toMatchObject({
    gracePeriodSeconds: 0,
    preconditions: { uid: 'uid' },
    propagationPolicy: 'Foreground',
  });
});

test('a field that is not known is refused, unless there is nothing in it', () => {
  const withField = (...content: Buffer[]) =>
    body('v1', 'Pod', meta('a'), bytes(2, bytes(2, bytes(1, 'app'), bytes(2, 'i'), bytes(10, ...content))));
  expect(decodeProtobuf(withField(bytes(1, bytes(1)), integer(2, 0)))).toMatchObject({ spec: { containers: [{ name: 'app' }] } });
  expect(() => decodeProtobuf(withField(integer(2, 5)))).toThrow(
    expect.objectContaining({ code: 415, message: expect.stringContaining('field 10 of Container') }),
  );
});

test('zeros that Go writes of what is not set are left out', () => {
  const port = bytes(6, bytes(1, ''), integer(2, 0), integer(3, 80), bytes(4, ''));
  const object = decodeProtobuf(body('v1', 'Pod', meta('a'), bytes(2, bytes(2, bytes(1, 'app'), bytes(2, 'i'), port))));
  expect(object).toMatchObject({ spec: { containers: [{ name: 'app', image: 'i', ports: [{ containerPort: 80 }] }] } });
  expect(JSON.stringify(object)).not.toContain('hostPort');
});

test('what is no protobuf, is cut short, or of a kind that is not known, is refused', () => {
  expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow(expect.objectContaining({ code: 400 }));
  const whole = body('v1', 'ConfigMap', meta('a'));
  expect(() => decodeProtobuf(whole.subarray(0, whole.length - 2))).toThrow(expect.objectContaining({ code: 400 }));
  expect(() => decodeProtobuf(body('batch/v1', 'Job', meta('a')))).toThrow(expect.objectContaining({ code: 415 }));
});
