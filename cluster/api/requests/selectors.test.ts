import type { KubeObject } from '../object.ts';
import { selectorOf } from './selectors.ts';

const pod = {
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web', tier: 'front' } },
  spec: { nodeName: 'node' },
  status: { phase: 'Running' },
} as unknown as KubeObject;
const matches = (query: string, kind = 'Pod') => selectorOf(kind, new URLSearchParams(query))(pod);

test.each([
  ['', true],
  ['labelSelector=app=web', true],
  ['labelSelector=app=web,tier!=back', true],
  ['labelSelector=app in (a,web),!zone', true],
  ['labelSelector=app notin (web)', false],
  ['fieldSelector=metadata.name=web', true],
  ['fieldSelector=metadata.name!=web', false],
  ['fieldSelector=status.phase=Running,spec.nodeName==node', true],
  ['fieldSelector=spec.nodeName=', false],
  ['fieldSelector=metadata.name=web&labelSelector=app=other', false],
])('%s: %s', (query, expected) => {
  expect(matches(query)).toBe(expected);
});

test('a field that a kind may not be selected by is 400', () => {
  expect(() => matches('fieldSelector=spec.foo=1')).toThrow('field label not supported: spec.foo');
  expect(() => matches('fieldSelector=status.phase=Running', 'ConfigMap')).toThrow('field label not supported: status.phase');
  expect(() => matches('fieldSelector=nonsense')).toThrow('invalid field selector');
  expect(() => matches('labelSelector=a in')).toThrow();
});
