import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildKustomization } from './build.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kustomize-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const configMap = (name: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}\n`;

describe('refuses, naming file and field', () => {
  const refused: [string, Record<string, string>, RegExp][] = [
    ['no kustomization', { 'a.yaml': '' }, /has none of kustomization.yaml/],
    ['two of them', { 'kustomization.yaml': '', Kustomization: '' }, /has several kustomization files: kustomization.yaml, Kustomization/],
    ['an empty one', { 'kustomization.yaml': '' }, /kustomization.yaml has 0 documents/],
    ['an unknown field', { 'kustomization.yaml': 'helmCharts: []' }, /kustomization.yaml: helmCharts: the field is not known here/],
    ['a deprecated field', { 'kustomization.yaml': 'bases: [a]' }, /bases: the field is not known here \(deprecated: use resources\)/],
    [
      'an unknown field below',
      { 'kustomization.yaml': 'patches: [{patch: "", targt: {}}]' },
      /kustomization.yaml: patches\[0\].targt: the field is not known here/,
    ],
    ['a wrong type', { 'kustomization.yaml': 'replicas: [{name: a, count: many}]' }, /replicas\[0\].count: Invalid input: expected number/],
    [
      'a component among the resources',
      { 'kustomization.yaml': 'resources: [a]', 'a/kustomization.yaml': 'kind: Component' },
      /a\/kustomization.yaml: it is a Component, which belongs into components/,
    ],
    [
      'no component among the components',
      { 'kustomization.yaml': 'components: [a]', 'a/kustomization.yaml': 'kind: Kustomization' },
      /a\/kustomization.yaml: it is a Kustomization, which belongs into resources/,
    ],
    [
      'a component that is a file',
      { 'kustomization.yaml': 'components: [a.yaml]', 'a.yaml': configMap('a') },
      /components\[0\]: a.yaml is a file, and has to be a folder/,
    ],
    ['a resource that is absent', { 'kustomization.yaml': 'resources: [a.yaml]' }, /resources\[0\]: a.yaml does not exist/],
    [
      'a resource of the network',
      { 'kustomization.yaml': 'resources: ["https://a/b.yaml"]' },
      /resources\[0\]: https:\/\/a\/b.yaml is on the network/,
    ],
    [
      'a file outside',
      { 'kustomization.yaml': 'resources: [../outside.yaml]' },
      /resources\[0\]: ..\/outside.yaml is not in the kustomization's folder/,
    ],
    ['broken YAML', { 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': 'a: [' }, /a.yaml: .* at line 1/],
    ['no kind', { 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': 'apiVersion: v1' }, /a.yaml: document 1: kind is missing/],
    [
      'no name',
      { 'kustomization.yaml': 'resources: [a.yaml]', 'a.yaml': '{apiVersion: v1, kind: Pod}' },
      /a.yaml: document 1: Pod has no metadata.name/,
    ],
    [
      'the same object twice',
      { 'kustomization.yaml': 'resources: [a.yaml, b.yaml]', 'a.yaml': configMap('a'), 'b.yaml': configMap('a') },
      /resources\[1\]: ConfigMap a is there already/,
    ],
    [
      'a patch of nothing',
      { 'kustomization.yaml': 'resources: [a.yaml]\npatches: [{path: b.yaml}]', 'a.yaml': configMap('a'), 'b.yaml': configMap('b') },
      /patches\[0\].path: b.yaml: nothing among the resources is ConfigMap b/,
    ],
    [
      'a JSON patch that does not fit',
      {
        'kustomization.yaml': 'resources: [a.yaml]\npatches: [{target: {kind: ConfigMap}, patch: "[{op: remove, path: /data/x}]"}]',
        'a.yaml': configMap('a'),
      },
      /patches\[0\].patch: cannot patch ConfigMap a: one of .*"\/data\/x"/,
    ],
    [
      'replicas of nothing',
      { 'kustomization.yaml': 'resources: [a.yaml]\nreplicas: [{name: b, count: 1}]', 'a.yaml': configMap('a') },
      /replicas\[0\]: no Deployment, .* is called b/,
    ],
    ['itself', { 'kustomization.yaml': 'resources: [../top]' }, /it is made of itself/],
    ['nothing', { 'kustomization.yaml': 'namespace: a' }, /nothing comes of it/],
  ];
  test.each(refused)('%s', async (_, files, message) => {
    write({ 'outside.yaml': configMap('outside') });
    write(Object.fromEntries(Object.entries(files).map(([name, text]) => [join('top', name), text])));
    await expect(buildKustomization(join(folder, 'top'))).rejects.toThrow(message);
    await expect(buildKustomization(join(folder, 'top'))).rejects.toMatchObject({ name: 'KustomizeError' });
  });
});
