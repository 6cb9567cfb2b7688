import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../cluster/platform.ts';
import type { PipelineOf, PipelineRequest, PipelineRun } from '../../experiments/engine/pipeline.ts';
import { packageRoot } from '../config.ts';
import type { BuildResult } from './build-result.ts';
import { labTools } from './lab-tools.ts';
import { readBuildspec } from './read-buildspec.ts';
import { runBuild } from './run-build.ts';

const timeoutMs = 10 * 60_000;
const linesKept = 20;
/** What a pipeline finds in its source folder: this package as it is built, by links, so that the folder can be written to. */
const linked = ['dist', 'shop', 'package.json'];

/** A registry may be others' as well, and a node that has a tag pulls it no more: versions of experiments are nobody else's. */
const onlyHere = (version = 'release'): string => `${version}-${randomBytes(4).toString('hex')}`;

type PipelineCluster = Pick<Cluster, 'name' | 'kubeconfig' | 'images' | 'imageRegistry' | 'platform' | 'stateDir'>;

/** Runs buildspecs of a manifests folder on a cluster, for experiments. */
export function pipelinesOn(cluster: PipelineCluster, manifests: string): PipelineOf {
  return (overlay) => {
    const own = join(manifests, overlay, 'buildspec.yml');
    const file = existsSync(own) ? own : join(manifests, 'buildspec.yml');
    return (request) => runPipeline(cluster, manifests, file, request);
  };
}

async function runPipeline(
  cluster: PipelineCluster,
  manifests: string,
  file: string,
  { variables, signal, say }: PipelineRequest,
): Promise<PipelineRun> {
  const { buildspec, notHonoured } = readBuildspec(file, Object.keys(variables));
  mkdirSync(cluster.stateDir, { recursive: true, mode: 0o700 });
  const source = mkdtempSync(join(cluster.stateDir, 'pipeline-'));
  const tools = labTools(cluster);
  const lines: string[] = [];
  let failed: PipelineRun['failed'] = null;
  try {
    for (const name of linked) symlinkSync(join(packageRoot(), name), join(source, name));
    symlinkSync(manifests, join(source, 'manifests'));
    const result = await runBuild({
      buildspec,
      file,
      warnings: notHonoured,
      source,
      output: join(source, 'shoplab-ci'),
      machine: process.env,
      project: tools.project,
      given: cluster.imageRegistry === undefined ? variables : { ...variables, VERSION: onlyHere(variables.VERSION) },
      signal,
      timeoutMs,
      observe: (event) => {
        if (event.type === 'command-started') say(`pipeline, ${event.phase}: ${event.command.trim().split('\n')[0]}`);
        if (event.type === 'output') lines.push(event.line);
        if (event.type === 'command-failed' && !failed)
          failed = {
            phase: event.phase,
            command: event.command,
            exitCode: event.exitCode,
            durationMs: 0,
            lines: lines.slice(-linesKept),
          };
      },
    });
    return {
      status: result.status,
      failed: withDuration(failed, result),
      durationMs: result.durationMs,
      exported: result.exportedVariables,
    };
  } finally {
    tools.release();
    rmSync(source, { recursive: true, force: true });
  }
}

function withDuration(failed: PipelineRun['failed'], { phases }: BuildResult): PipelineRun['failed'] {
  const found = phases.flatMap(({ commands }) => commands).find(({ exitCode }) => exitCode !== 0);
  return failed && { ...failed, durationMs: found?.durationMs ?? 0 };
}
