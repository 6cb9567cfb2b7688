import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { type Right, rightsOfLab } from './rights.ts';

test('manifests/rbac.yaml gives what doctor asks for, no more and no less', () => {
  const objects = parseAllDocuments(readFileSync('manifests/rbac.yaml', 'utf8')).map((document) => document.toJS());
  const role = objects.find(({ kind }) => kind === 'ClusterRole') as { rules: Right[] };
  expect(role.rules).toEqual(rightsOfLab);
});
