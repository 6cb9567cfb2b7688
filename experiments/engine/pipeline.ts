/** What a pipeline is asked to release: the variables of its run, before those of its own file. */
export interface PipelineRequest {
  variables: Record<string, string>;
  signal: AbortSignal;
  /** What it is doing, for progress. */
  say(text: string): void;
}

/** What became of a pipeline's run. */
export interface PipelineRun {
  status: 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'TIMED_OUT';
  /** The first command that failed, with the phase that it is of and the last lines that were written; null where none did. */
  failed: { phase: string; command: string; exitCode: number; durationMs: number; lines: string[] } | null;
  durationMs: number;
  /** Variables that it exports. */
  exported: Record<string, string>;
}

/** Runs the pipeline of one variant to its end. Rejects only where it cannot be run at all. */
export type RunPipeline = (request: PipelineRequest) => Promise<PipelineRun>;

/** The pipeline of a variant, by its overlay: the buildspec.yml in it, or that of the manifests (manifests/buildspec.yml) where it has none. */
export type PipelineOf = (overlay: string) => RunPipeline;
