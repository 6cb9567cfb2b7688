import { readFileSync } from 'node:fs';
import type { Json, JsonObject } from '../object.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';

interface Case {
  id: string;
  in: { object: JsonObject; patch: JsonObject };
  out: { object: JsonObject };
}
const cases: Case[] = JSON.parse(readFileSync(new URL('strategic-merge-patch.cases.json', import.meta.url), 'utf8'));

test.each(cases)('$id is what Kubernetes makes of it', ({ in: { object, patch }, out }) => {
  const before = structuredClone(object);
  expect(strategicMergePatch(object, patch)).toEqual(out.object);
  expect(object).toEqual(before);
});

/** Containers by their names, in the order in which they stand. */
const named = (...names: string[]): JsonObject => ({ containers: names.map((name) => ({ name })) });
const order = (patched: Json): unknown => ((patched as JsonObject).containers as JsonObject[]).map(({ name }) => name);

test.each([
  ['a new item goes before those that are not named', ['web', 'side'], { containers: [{ name: 'zz' }] }, ['zz', 'web', 'side']],
  ['a named one keeps its place', ['web', 'side'], { containers: [{ name: 'side', image: 'i' }] }, ['web', 'side']],
  ['named ones take the order of the patch', ['a', 'b', 'c'], { containers: [{ name: 'c' }, { name: 'a' }] }, ['b', 'c', 'a']],
  [
    '$setElementOrder orders what it names',
    ['a', 'b'],
    { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }], containers: [] },
    ['b', 'a'],
  ],
  ['$setElementOrder alone is enough', ['a', 'b'], { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] }, ['b', 'a']],
  ['$patch: delete takes one away', ['a', 'b'], { containers: [{ name: 'a', $patch: 'delete' }] }, ['b']],
  ['$patch: replace takes all others away', ['a', 'b'], { containers: [{ $patch: 'replace' }, { name: 'c' }] }, ['c']],
])('order: %s', (_title, before, patch, after) => {
  expect(order(strategicMergePatch(named(...before), patch as unknown as Json))).toEqual(after);
});

test('an item without its key is refused', () => {
  expect(() => strategicMergePatch(named('a'), { containers: [{ image: 'i' }] })).toThrow('does not contain declared merge key: name');
});

test('ports merge by containerPort in a container and by port in a Service; args and tolerations are replaced', () => {
  const ports = (key: string) =>
    strategicMergePatch({ ports: [{ [key]: 80, name: 'a' }] }, { ports: [{ [key]: 80, name: 'b' }, { [key]: 81 }] });
  expect(ports('containerPort')).toEqual({ ports: [{ containerPort: 80, name: 'b' }, { containerPort: 81 }] });
  expect(ports('port')).toEqual({ ports: [{ port: 80, name: 'b' }, { port: 81 }] });
  expect(strategicMergePatch({ args: ['a'], tolerations: [{ key: 'a' }] }, { args: ['b'], tolerations: [{ key: 'b' }] })).toEqual({
    args: ['b'],
    tolerations: [{ key: 'b' }],
  });
});
