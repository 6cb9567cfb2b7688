import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cluster } from '../../cluster/platform.ts';

/** What a build needs to reach a lab: variables, as of a build project, and programs in PATH. */
export interface LabTools {
  project: Record<string, string>;
  /** What is served in place of what the buildspec's author had in mind, in sentences. */
  told: string[];
  /** Removes the programs. */
  release(): void;
}

/** This package's own program; where this file runs from the sources (tests), the build's. */
const bin = fileURLToPath(new URL('../bin.js', import.meta.url)).replace(/^(?!.*\/dist\/cli\/)(.*)\/cli\/bin\.js$/, '$1/dist/cli/bin.js');

/**
 * Makes `shoplab` a program for the build, and `kubectl` where the machine has none. With a lab, KUBECONFIG is the lab's; where its images are not
 * Docker's, IMAGE_BUILD and IMAGE_PUSH are what builds for it.
 */
export function labTools(
  cluster: Pick<Cluster, 'name' | 'kubeconfig' | 'images' | 'imageRegistry' | 'platform'> | undefined,
  path = process.env.PATH ?? '',
): LabTools {
  const folder = mkdtempSync(join(tmpdir(), 'shoplab-ci-tools-'));
  const program = (name: string, words: string): void =>
    writeFileSync(join(folder, name), `#!/bin/sh\nexec '${process.execPath}' '${bin}' ${words}"$@"\n`, { mode: 0o755 });
  program('shoplab', '');
  const told: string[] = [];
  if (!isProgram('kubectl', path)) {
    program('kubectl', 'kubectl ');
    told.push('kubectl is not installed: `shoplab kubectl` serves the calls of a pipeline');
  }
  const project: Record<string, string> = { PATH: `${folder}${delimiter}${path}` };
  if (cluster) project.KUBECONFIG = cluster.kubeconfig;
  if (cluster?.images) {
    const lab = `--platform ${cluster.platform} --name ${cluster.name}`;
    project.IMAGE_BUILD = `shoplab image build ${lab}`;
    project.IMAGE_PUSH = `shoplab image push ${lab}`;
    if (cluster.imageRegistry !== undefined) project.IMAGE_REGISTRY = `${cluster.imageRegistry}/shoplab`;
    told.push(`images are built for lab ${cluster.name}: IMAGE_BUILD is \`shoplab image build\`, IMAGE_PUSH \`shoplab image push\``);
  }
  return { project, told, release: () => rmSync(folder, { recursive: true, force: true }) };
}

function isProgram(name: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '';
    } catch {
      return false; // not there, or not to be run
    }
  });
}
