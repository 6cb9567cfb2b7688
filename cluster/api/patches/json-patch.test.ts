import type { Json } from '../object.ts';
import { jsonPatch } from './json-patch.ts';

test.each([
  ['add', { a: 1 }, [{ op: 'add', path: '/b/', value: 1 }], undefined],
  ['add a field', { a: 1 }, [{ op: 'add', path: '/b', value: { c: 2 } }], { a: 1, b: { c: 2 } }],
  ['add in a list', { a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
  ['add at its end', { a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
  ['add beyond its end', { a: [1] }, [{ op: 'add', path: '/a/2', value: 2 }], undefined],
  ['replace', { a: { b: 1 } }, [{ op: 'replace', path: '/a/b', value: 2 }], { a: { b: 2 } }],
  ['replace what is not there', { a: 1 }, [{ op: 'replace', path: '/b', value: 2 }], undefined],
  ['replace all', { a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }], { b: 2 }],
  [
    'remove',
    { a: [1, 2], b: 1 },
    [
      { op: 'remove', path: '/a/0' },
      { op: 'remove', path: '/b' },
    ],
    { a: [2] },
  ],
  ['remove what is not there', { a: [1] }, [{ op: 'remove', path: '/a/1' }], undefined],
  ['move', { a: 1 }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1 }],
  [
    'copy',
    { a: { b: 1 } },
    [
      { op: 'copy', from: '/a', path: '/c' },
      { op: 'replace', path: '/c/b', value: 2 },
    ],
    { a: { b: 1 }, c: { b: 2 } },
  ],
  ['test that holds', { a: { x: 1, y: 2 } }, [{ op: 'test', path: '/a', value: { y: 2, x: 1 } }], { a: { x: 1, y: 2 } }],
  ['test that fails', { a: 1 }, [{ op: 'test', path: '/a', value: 2 }], undefined],
  [
    'escapes',
    { 'a/b': 1, 'c~d': 2 },
    [
      { op: 'remove', path: '/a~1b' },
      { op: 'replace', path: '/c~0d', value: 3 },
    ],
    { 'c~d': 3 },
  ],
  ['a path into what all objects inherit', {}, [{ op: 'add', path: '/__proto__/polluted', value: 1 }], undefined],
  ['an unknown operation', {}, [{ op: 'set', path: '/a', value: 1 }], undefined],
  ['no list', {}, { op: 'add', path: '/a', value: 1 }, undefined],
])('%s', (_title, target, operations, result) => {
  const before = structuredClone(target);
  const act = () => jsonPatch(target as Json, operations as Json);
  if (result === undefined) expect(act).toThrow();
  else expect(act()).toEqual(result);
  expect(target).toEqual(before);
});

test('a failed test or path says what Kubernetes says', () => {
  expect(() => jsonPatch({}, [{ op: 'test', path: '/a', value: 1 }])).toThrow(
    'the server rejected our request due to an error in our request',
  );
});
