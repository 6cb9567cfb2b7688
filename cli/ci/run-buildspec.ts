import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformUnavailable } from '../../cluster/platform.ts';
import { findLab } from '../choose-platform.ts';
import type { Progress } from '../progress/progress.ts';
import type { BuildResult } from './build-result.ts';
import type { PhaseName } from './decide-next-phase.ts';
import { labTools } from './lab-tools.ts';
import { observeBuild } from './observe-build.ts';
import type { ReadBuildspec } from './read-buildspec.ts';
import { runBuild } from './run-build.ts';

export interface BuildspecOptions {
  file: string;
  source: string;
  /** Folder of all builds; this one gets a folder of its own in it. */
  output: string;
  given: Record<string, string>;
  timeoutMs: number;
  platform: string | undefined;
  /** Name of the lab whose cluster the build may reach. */
  lab: string;
  /** Phases whose output is shown, as the buildspec names them; all where there is none. */
  shown: string[];
  progress: Progress;
  signal: AbortSignal;
}

/** Runs a buildspec that was read, for people: against the lab that is up, where there is one. */
export async function runBuildspec({ buildspec, notHonoured }: ReadBuildspec, options: BuildspecOptions): Promise<BuildResult> {
  const { file, source, output, given, timeoutMs, progress, signal } = options;
  const { cluster } = await findLab(options.platform, options.lab);
  const shown = options.shown.map((phase) => phase.toUpperCase() as PhaseName);
  progress.tell(
    cluster
      ? `kubectl talks to lab ${cluster.name} (${cluster.kubeconfig})`
      : `lab ${options.lab} is not up: kubectl talks to what KUBECONFIG says`,
  );
  const tools = labTools(cluster);
  for (const sentence of tools.told) progress.tell(sentence);
  try {
    return await runBuild({
      buildspec,
      file,
      warnings: notHonoured,
      source,
      output: join(output, new Date().toISOString().replace(/[:.]/g, '-')),
      number: existsSync(output) ? readdirSync(output).length + 1 : 1,
      machine: process.env,
      project: tools.project,
      given,
      timeoutMs,
      signal,
      observe: observeBuild(progress, shown),
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new PlatformUnavailable(
      `the shell ${buildspec.env?.shell ?? 'sh'} is not there: ${(cause as Error).message}`,
      'install it, or put its folder into PATH',
      { cause },
    );
  } finally {
    tools.release();
  }
}
