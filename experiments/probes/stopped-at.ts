import type { CheckDraft, Criterion } from '../engine/experiment.ts';
import type { PipelineRun } from '../engine/pipeline.ts';
import { releaseOf } from '../faults/release.ts';

/** The places where a pipeline can stop a version, in order; each is known by the command that fails there. */
export const pipelineStages = [
  { name: 'unit tests', command: /unit-test/ },
  { name: 'candidate', command: /candidate\.js/ },
  { name: 'smoke test', command: /smoke\.js.*pods\// },
  { name: 'rollout', command: /rollout status/ },
] as const;
export type PipelineStage = (typeof pipelineStages)[number]['name'];

/** Where a pipeline stopped: a stage, `elsewhere`, or `nowhere` where it let the version through. */
export function computeStage({ failed }: Pick<PipelineRun, 'failed'>): PipelineStage | 'elsewhere' | 'nowhere' {
  if (!failed) return 'nowhere';
  return pipelineStages.find(({ command }) => command.test(failed.command))?.name ?? 'elsewhere';
}

/**
 * Whether the pipeline stopped a version where it has to, for the reason that it has to (in the lines of the command that failed), and the old one
 * has stayed. Stopped sooner, or by something else, nothing is known of that place: `unknown`.
 */
export const stoppedAt = ({ release, stage, reason }: { release: string; stage: PipelineStage; reason: RegExp }): Criterion => ({
  id: `stopped-${release}`,
  async evaluate(lab, { measure }) {
    const made = releaseOf(lab, release);
    if (!made) return [];
    const { run, image, imageBefore, imageAfter } = made;
    const seen = computeStage(run);
    measure(`released-${release}`, `pipeline of version ${release}`, Math.round(run.durationMs / 100) / 10, 's');
    const order = pipelineStages.map(({ name }) => name as string);
    const stayed = imageAfter === imageBefore;
    const lines = run.failed?.lines ?? [];
    const sooner = seen === 'elsewhere' || (seen !== 'nowhere' && order.indexOf(seen) < order.indexOf(stage));
    const otherwise = sooner || (seen === stage && !lines.some((line) => reason.test(line)));
    const result = otherwise ? 'unknown' : seen === stage && stayed ? 'true' : 'false';
    const where = seen === 'nowhere' ? 'was let through' : `was stopped at: ${seen}`;
    const draft: CheckDraft = {
      id: `stopped-${release}`,
      title: `version ${release} is stopped at: ${stage}, and the old version stays`,
      observed: { value: seen, text: where },
      threshold: { op: '==', value: stage, text: stage },
      result,
      expectedInControl: 'true',
      message: `${image} ${where}${run.failed ? ` (${run.failed.phase}, exit code ${run.failed.exitCode})` : ''}; the Deployment ${stayed ? `has ${imageBefore} still` : `has ${imageAfter}`}`,
      ...(result !== 'true' && lines.length > 0 && { findings: lines.slice(-5) }),
    };
    return [draft];
  },
});
