import { templateHash } from './template-hash.ts';

const template = (metadata: object, container: object = {}) => ({
  metadata: { labels: { app: 'a' }, ...metadata },
  spec: { containers: [{ name: 'a', ...container }] },
});

test.each<[string, object, object]>([
  ['an empty map is an absent one', template({ annotations: {} }), template({})],
  ['an empty list is an absent one', template({}, { env: [] }), template({})],
  ['the order of fields does not matter', { a: 1, b: 2 }, { b: 2, a: 1 }],
])('%s', (_title, one, other) => {
  expect(templateHash(one)).toBe(templateHash(other));
});

test.each<[string, object, object]>([
  ['an annotation', template({ annotations: { a: '' } }), template({})],
  ['an empty object that is no map, as securityContext', template({}, { securityContext: {} }), template({})],
  ['the order of a list', { list: [1, 2] }, { list: [2, 1] }],
])('%s makes another version', (_title, one, other) => {
  expect(templateHash(one)).not.toBe(templateHash(other));
});
