import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { labTools } from './lab-tools.ts';

const scratch = mkdtempSync(join(tmpdir(), 'lab-tools-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const folderOf = ({ PATH = '' }: Record<string, string>): string => PATH.split(delimiter)[0] ?? '';

test('kubectl is served where there is none, and refuses what it does not know', () => {
  const tools = labTools(undefined, '/nowhere');
  expect(tools.told).toEqual([expect.stringContaining('kubectl is not installed')]);
  const { status, stderr } = spawnSync(join(folderOf(tools.project), 'kubectl'), ['get', 'pods'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('Install kubectl for all else') });
  tools.release();
  expect(existsSync(folderOf(tools.project))).toBe(false);
});

test('a kubectl that is there is the one, and a lab that builds images says by what', () => {
  writeFileSync(join(scratch, 'kubectl'), '#!/bin/sh\n', { mode: 0o755 });
  const images = { build: async () => [], find: async () => undefined };
  const tools = labTools({ name: 'demo', platform: 'local', kubeconfig: '/k', images }, scratch);
  expect(readdirSync(folderOf(tools.project))).toEqual(['shoplab']);
  expect(tools.project).toMatchObject({
    KUBECONFIG: '/k',
    IMAGE_BUILD: 'shoplab image build --platform local --name demo',
    IMAGE_PUSH: 'shoplab image push --platform local --name demo',
  });
  tools.release();
});

test('a cluster that takes its images from Docker leaves the tools of the buildspec', () => {
  const tools = labTools({ name: 'demo', platform: 'kind', kubeconfig: '/k' }, scratch);
  expect(Object.keys(tools.project).sort()).toEqual(['KUBECONFIG', 'PATH']);
  tools.release();
});
