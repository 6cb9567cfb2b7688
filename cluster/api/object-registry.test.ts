import { LabNetwork } from '../network.ts';
import type { Resource } from '../resources/resource.ts';
import { ApiError } from './errors.ts';
import { at, type KubeObject, sameJson } from './object.ts';
import { createRegistry, type ObjectRegistry } from './object-registry.ts';
import type { Change, Kinds } from './registry.ts';

/** A kind with no rules but those of the API itself. */
function plainKind(group: string, kind: string, more: Partial<Resource> = {}): Resource {
  const singular = kind.toLowerCase();
  return {
    ...{ group, version: 'v1', kind, plural: `${singular}s`, singular, shortNames: [], categories: [], namespaced: true, verbs: [] },
    ...{ subresources: [], hasGeneration: false, columns: [] },
    generationChanged: (old, object) => !sameJson(old.spec, object.spec),
    applyDefaults: (object) => object,
    prepareForCreate: (object) => object,
    admit: (object) => object,
    prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
    validate: () => [],
    validateUpdate: () => [],
    warnings: () => [],
    ...more,
  };
}
const resources = [
  plainKind('', 'Namespace', {
    namespaced: false,
    prepareForCreate: (object) => ({ ...object, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }),
  }),
  plainKind('', 'Pod', { hasGeneration: true, prepareForCreate: (object) => ({ ...object, status: { phase: 'Pending' } }) }),
  plainKind('', 'Service'),
  plainKind('', 'Event'),
  plainKind('apps', 'Deployment', { hasGeneration: true }),
  plainKind('', 'ConfigMap'),
];

let nowMs: number;
let registry: ObjectRegistry;
beforeEach(() => {
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  registry = createRegistry({ resources, network: new LabNetwork('127.37'), now: () => nowMs });
});

const errorOf = (act: () => unknown): ApiError => {
  try {
    act();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it did not fail');
};
const configMap = (name: string, data: Record<string, string> = {}) =>
  registry.create('ConfigMap', { metadata: { name, namespace: 'default' }, data });
const pod = (name: string, more: object = {}): Kinds['Pod'] =>
  registry.create('Pod', {
    metadata: { name, namespace: 'default' },
    spec: { containers: [], terminationGracePeriodSeconds: 30 },
    ...more,
  });
const service = (name: string, spec: object): Kinds['Service'] =>
  registry.create('Service', { metadata: { name, namespace: 'default' }, spec: { ports: [{ port: 80, protocol: 'TCP' }], ...spec } });

describe('create', () => {
  test('gives uid, version, time, generation, and drops what clients may not set', () => {
    const created = registry.create('Deployment', {
      metadata: { name: 'web', namespace: 'default', generation: 7, deletionTimestamp: 'x', managedFields: [] },
    });
    expect(created).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' },
    });
    expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(created.metadata).not.toHaveProperty('deletionTimestamp');
    expect(created.metadata).not.toHaveProperty('managedFields');
    expect(Number(created.metadata.resourceVersion)).toBe(registry.store.revision);
    expect(configMap('a').metadata).not.toHaveProperty('generation');
  });

  test('a name that is taken is 409, a namespace that is absent 404, no name 422', () => {
    configMap('a');
    expect(errorOf(() => configMap('a'))).toMatchObject({ code: 409, reason: 'AlreadyExists', message: 'configmaps "a" already exists' });
    expect(errorOf(() => registry.create('Pod', { metadata: { name: 'a', namespace: 'nope' } }))).toMatchObject({
      code: 404,
      message: 'namespaces "nope" not found',
    });
    expect(errorOf(() => registry.create('Pod', { metadata: { namespace: 'default' } })).message).toBe(
      'Pod "" is invalid: metadata.name: Required value: name or generateName is required',
    );
  });

  test('generateName adds five characters, and tries again where the name is taken', () => {
    const digits = [...Array(5).fill(0), ...Array(5).fill(0), ...Array(5).fill(0.5)];
    const one = createRegistry({ resources, network: new LabNetwork('127.37'), random: () => digits.shift() ?? 0.9 });
    const draft = { metadata: { generateName: 'web-', namespace: 'default' } };
    expect(one.create('Pod', draft).metadata.name).toBe('web-bbbbb');
    expect(one.create('Pod', draft).metadata.name).toMatch(/^web-(?!bbbbb)[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(one.create('Pod', { metadata: { generateName: 'x'.repeat(80), namespace: 'default' } }).metadata.name).toHaveLength(63);
  });

  test('what the caller does with its draft afterwards changes nothing', () => {
    const data = { a: '1' };
    configMap('a', data);
    data.a = '2';
    expect(registry.get('ConfigMap', 'default', 'a').data).toEqual({ a: '1' });
  });
});

describe('update', () => {
  test('writes nothing where nothing differs, in whatever order the keys are', () => {
    const before = configMap('a', { x: '1', y: '2' });
    const { metadata, ...rest } = before;
    expect(registry.update('ConfigMap', { ...rest, data: { y: '2', x: '1' }, metadata: { ...metadata } })).toBe(before);
    expect(registry.store.revision).toBe(Number(before.metadata.resourceVersion));
  });

  test('an old version or another uid is 409; no version is unconditional', () => {
    const before = configMap('a');
    registry.update('ConfigMap', { ...before, data: { x: '1' } });
    const late = errorOf(() => registry.update('ConfigMap', { ...before, data: { x: '2' } }));
    expect(late).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(late.message).toContain(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes',
    );
    const unconditional = { ...before, metadata: { ...before.metadata, resourceVersion: '' }, data: { x: '3' } };
    expect(registry.update('ConfigMap', unconditional).data).toEqual({ x: '3' });
    const other = { ...unconditional, metadata: { ...unconditional.metadata, uid: 'other' } };
    expect(errorOf(() => registry.update('ConfigMap', other))).toMatchObject({ code: 409 });
  });

  test('spec counts in generation; labels and status do not; status is written by updateStatus alone', () => {
    const one = registry.create('Deployment', { metadata: { name: 'web', namespace: 'default' } });
    const spec = {
      ...one,
      metadata: { ...one.metadata, generation: 99 },
      spec: { replicas: 2 },
      status: { replicas: 5 },
    } as unknown as typeof one;
    const two = registry.update('Deployment', spec);
    expect(two.metadata.generation).toBe(2);
    expect(two.status).toBeUndefined();
    const three = registry.update('Deployment', { ...two, metadata: { ...two.metadata, labels: { a: 'b' } } });
    const four = registry.updateStatus('Deployment', { ...three, spec: { replicas: 9 }, status: { replicas: 1 } } as unknown as typeof one);
    expect(four).toMatchObject({ metadata: { generation: 2, labels: { a: 'b' } }, spec: { replicas: 2 }, status: { replicas: 1 } });
  });
});

describe('delete', () => {
  test('a Pod on a node stays for its grace; a second request may only shorten; 0 removes it', () => {
    pod('web');
    registry.bind('default', 'web', 'node');
    registry.delete('Pod', 'default', 'web');
    const dying = registry.get('Pod', 'default', 'web');
    expect(dying.metadata).toMatchObject({ deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30, generation: 2 });
    nowMs += 5000;
    registry.delete('Pod', 'default', 'web', { gracePeriodSeconds: 60 });
    expect(registry.get('Pod', 'default', 'web')).toBe(dying);
    registry.delete('Pod', 'default', 'web', { gracePeriodSeconds: 10 });
    expect(registry.get('Pod', 'default', 'web').metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:10Z',
      deletionGracePeriodSeconds: 10,
      generation: 2,
    });
    registry.delete('Pod', 'default', 'web', { gracePeriodSeconds: 0 });
    expect(registry.find('Pod', 'default', 'web')).toBeUndefined();
  });

  test('a Pod without a node, or finished, goes at once', () => {
    pod('unscheduled');
    registry.delete('Pod', 'default', 'unscheduled');
    pod('finished');
    registry.updateStatus('Pod', { ...registry.bind('default', 'finished', 'node'), status: { phase: 'Succeeded' } });
    registry.delete('Pod', 'default', 'finished');
    expect(registry.list('Pod')).toEqual([]);
  });

  test('finalizers keep an object until they are gone, and none may be added then', () => {
    const one = registry.create('ConfigMap', { metadata: { name: 'a', namespace: 'default', finalizers: ['x/y'] } });
    registry.delete('ConfigMap', 'default', 'a');
    const dying = registry.get('ConfigMap', 'default', 'a');
    expect(dying.metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 0,
      uid: one.metadata.uid,
    });
    const more = { ...dying, metadata: { ...dying.metadata, finalizers: ['x/y', 'z'] } };
    expect(errorOf(() => registry.update('ConfigMap', more)).message).toContain(
      'no new finalizers can be added if the object is being deleted, found new finalizers []string{"z"}',
    );
    registry.update('ConfigMap', { ...dying, metadata: { ...dying.metadata, finalizers: [] } });
    expect(registry.find('ConfigMap', 'default', 'a')).toBeUndefined();
  });

  test.each([
    ['Foreground', ['foregroundDeletion']],
    ['Orphan', ['orphan']],
  ] as const)('%s leaves a finalizer for the garbage collector', (propagationPolicy, finalizers) => {
    configMap('a');
    registry.delete('ConfigMap', 'default', 'a', { propagationPolicy });
    expect(registry.get('ConfigMap', 'default', 'a').metadata.finalizers).toEqual(finalizers);
  });

  test('another uid is 409, absent 404', () => {
    configMap('a');
    expect(errorOf(() => registry.delete('ConfigMap', 'default', 'a', { uid: 'other' }))).toMatchObject({ code: 409 });
    expect(errorOf(() => registry.delete('ConfigMap', 'default', 'b'))).toMatchObject({ code: 404, message: 'configmaps "b" not found' });
  });
});

describe('namespaces', () => {
  test('a deleted one is Terminating, takes nothing new, and goes when finalized', () => {
    registry.create('Namespace', { metadata: { name: 'shop' } });
    registry.create('ConfigMap', { metadata: { name: 'a', namespace: 'shop' } });
    registry.delete('Namespace', '', 'shop');
    expect(registry.get('Namespace', '', 'shop').status?.phase).toBe('Terminating');
    const refused = errorOf(() => registry.create('ConfigMap', { metadata: { name: 'b', namespace: 'shop' } }));
    expect(refused).toMatchObject({
      code: 403,
      message: 'configmaps "b" is forbidden: unable to create new content in namespace shop because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating' }] },
    });
    registry.event(registry.get('ConfigMap', 'shop', 'a') as unknown as KubeObject, {
      type: 'Normal',
      reason: 'R',
      message: 'm',
      component: 'c',
    });
    registry.delete('ConfigMap', 'shop', 'a');
    registry.finalizeNamespace('shop');
    expect(registry.find('Namespace', '', 'shop')).toBeUndefined();
  });

  test('default may not be deleted', () => {
    expect(errorOf(() => registry.delete('Namespace', '', 'default')).message).toBe(
      'namespaces "default" is forbidden: this namespace may not be deleted',
    );
  });
});

describe('watch', () => {
  test('tells what is there, then each change with the object before', () => {
    configMap('a', { x: '1' });
    const seen: Change[] = [];
    const stop = registry.watch('ConfigMap', (change) => seen.push(change as unknown as Change));
    const before = registry.get('ConfigMap', 'default', 'a');
    registry.update('ConfigMap', { ...before, data: { x: '2' } });
    registry.delete('ConfigMap', 'default', 'a');
    stop();
    configMap('b');
    expect(seen.map(({ type, object, before: was }) => [type, at(object, 'data', 'x'), at(was, 'data', 'x')])).toEqual([
      ['ADDED', '1', undefined],
      ['MODIFIED', '2', '1'],
      ['DELETED', '2', '2'],
    ]);
    expect(seen.map(({ object }) => Number(object.metadata.resourceVersion))).toEqual(
      [...seen.keys()].map((n) => n + Number(before.metadata.resourceVersion)),
    );
  });

  test('a listener that writes does not change the order in which the others hear', () => {
    const heard: Record<string, string[]> = { first: [], second: [] };
    registry.watch('ConfigMap', ({ object }) => {
      heard.first?.push(object.metadata.name);
      if (object.metadata.name === 'a') configMap('b');
      if (object.metadata.name === 'b') registry.watch('ConfigMap', (change) => heard.nested?.push(change.object.metadata.name));
    });
    heard.nested = [];
    registry.watch('ConfigMap', ({ object }) => heard.second?.push(object.metadata.name));
    configMap('a');
    expect(heard).toEqual({ first: ['a', 'b'], second: ['a', 'b'], nested: ['a', 'b'] });
  });

  test('a listener that writes while it hears what is there hears its own write last', () => {
    configMap('a');
    configMap('b');
    const heard: string[] = [];
    registry.watch('ConfigMap', ({ type, object }) => {
      heard.push(`${type} ${object.metadata.name}`);
      if (type === 'ADDED' && object.metadata.name === 'a') {
        registry.update('ConfigMap', { ...registry.get('ConfigMap', 'default', 'b'), data: { x: '1' } });
      }
    });
    expect(heard).toEqual(['ADDED a', 'ADDED b', 'MODIFIED b']);
  });

  test('the past is told from a version on, and forgotten at some time', () => {
    const { resourceVersion } = configMap('a').metadata;
    const from = Number(resourceVersion);
    let last = registry.get('ConfigMap', 'default', 'a');
    for (let n = 0; n < 10; n += 1) last = registry.update('ConfigMap', { ...last, data: { n: String(n) } });
    const seen: unknown[] = [];
    registry.store.watch('/configmaps', from + 7, ({ object }) => seen.push(at(object, 'data', 'n')));
    expect(seen).toEqual(['7', '8', '9']);
    for (let n = 0; n < 4000; n += 1) last = registry.update('ConfigMap', { ...last, data: { n: `more ${n}` } });
    expect(errorOf(() => registry.store.watch('/configmaps', from, () => undefined))).toMatchObject({
      code: 410,
      reason: 'Expired',
    });
    expect(() => registry.store.watch('/configmaps', registry.store.oldest, () => undefined)).not.toThrow();
  });
});

describe('bind', () => {
  test('names the node and the condition, once', () => {
    pod('web');
    expect(registry.bind('default', 'web', 'node')).toMatchObject({
      metadata: { generation: 1 },
      spec: { nodeName: 'node' },
      status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }] },
    });
    expect(errorOf(() => registry.bind('default', 'web', 'other')).message).toBe(
      'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "node"',
    );
  });
});

describe('events', () => {
  const told = () => registry.store.list('/events').map(({ count, message }) => `${count} ${message}`);
  const tell = (message: string, about: Kinds['Pod']) =>
    registry.event(about as unknown as KubeObject, {
      type: 'Warning',
      reason: 'Unhealthy',
      message,
      component: 'kubelet',
      fieldPath: 'spec.containers{a}',
    });

  test('equal ones are counted', () => {
    const about = pod('web');
    tell('no', about);
    nowMs += 3000;
    tell('no', about);
    tell('yes', about);
    expect(told()).toEqual(['2 no', '1 yes']);
    expect(registry.store.list('/events')[0]).toMatchObject({
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:03Z',
      source: { component: 'kubelet' },
      involvedObject: { kind: 'Pod', name: 'web', uid: about.metadata.uid, fieldPath: 'spec.containers{a}' },
    });
  });

  test('from the tenth message of one reason on they are combined', () => {
    const about = pod('web');
    for (let n = 0; n < 12; n += 1) tell(`message ${n}`, about);
    expect(told().slice(-2)).toEqual(['1 message 8', '3 (combined from similar events): message 11']);
  });

  test('25 of one object at once, then one in five minutes', () => {
    const about = pod('web');
    for (let n = 0; n < 40; n += 1) tell('no', about);
    expect(told()).toEqual(['25 no']);
    nowMs += 300_000;
    tell('no', about);
    tell('no', about);
    expect(told()).toEqual(['41 no']);
  });

  test('they are forgotten after an hour', () => {
    tell('no', pod('web'));
    nowMs += 3_700_000;
    tell('yes', pod('other'));
    expect(told()).toEqual(['1 yes']);
  });
});

describe('Services', () => {
  test('get an address of their own, which they keep; static ones are checked', () => {
    const one = service('one', { type: 'ClusterIP' });
    const two = service('two', { type: 'ClusterIP' });
    expect([one.spec?.clusterIP, two.spec?.clusterIP]).toEqual(['127.37.201.1', '127.37.201.2']);
    expect(one.spec).toMatchObject({ clusterIPs: ['127.37.201.1'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
    expect(errorOf(() => service('three', { clusterIP: '127.37.201.1' })).message).toBe(
      'Service "three" is invalid: spec.clusterIPs: Invalid value: ["127.37.201.1"]: failed to allocate IP 127.37.201.1: provided IP is already allocated',
    );
    expect(errorOf(() => service('three', { clusterIP: '10.0.0.1' })).message).toContain('is not in the valid range');
    expect(service('three', { clusterIP: '127.37.200.9' }).spec?.clusterIP).toBe('127.37.200.9');
    expect(service('headless', { clusterIP: 'None' }).spec).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'] });
    expect(service('name', { type: 'ExternalName', externalName: 'a.b' }).spec).not.toHaveProperty('clusterIP');
    const { clusterIP: _, clusterIPs: __, ...spec } = one.spec ?? {};
    expect(registry.update('Service', { ...one, spec: { ...spec, selector: { a: 'b' } } }).spec?.clusterIP).toBe('127.37.201.1');
    registry.delete('Service', 'default', 'one');
    expect(service('four', {}).spec?.clusterIP).toBe('127.37.201.3');
  });

  test('node ports are given and checked for NodePort and LoadBalancer, and leave with the type', () => {
    const ports = (of: Kinds['Service']) => of.spec?.ports?.map((port) => port.nodePort);
    const one = service('one', { type: 'NodePort' });
    expect(ports(one)).toEqual([30086]);
    expect(ports(service('two', { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30087 }, { port: 81 }] }))).toEqual([30087, 30088]);
    expect(errorOf(() => service('three', { type: 'NodePort', ports: [{ port: 80, nodePort: 30087 }] })).message).toContain(
      'spec.ports[0].nodePort: Invalid value: 30087: provided port is already allocated',
    );
    expect(errorOf(() => service('three', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] })).message).toContain(
      'provided port is not in the valid range. The range of valid ports is 30000-32767',
    );
    const moved = registry.update('Service', { ...one, spec: { ...one.spec, ports: [{ port: 80, targetPort: 81 }, { port: 82 }] } });
    expect(ports(moved)).toEqual([30086, 30089]);
    expect(ports(registry.update('Service', { ...moved, spec: { ...moved.spec, type: 'ClusterIP' } }))).toEqual([undefined, undefined]);
  });
});
