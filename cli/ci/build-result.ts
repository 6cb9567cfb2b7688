import type { PhaseName } from './decide-next-phase.ts';
import type { TestCounts } from './junit-counts.ts';

/** CodeBuild's words for what became of a build and its phases. */
export type BuildStatus = 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'TIMED_OUT';

export interface CommandResult {
  /** Which block it is of. */
  block: 'commands' | 'finally';
  command: string;
  exitCode: number;
  durationMs: number;
}

export interface PhaseResult {
  name: PhaseName;
  /** Counts from 0: how many times the build was begun anew before. */
  retry: number;
  status: BuildStatus;
  startedAt: string;
  durationMs: number;
  commands: CommandResult[];
  /** CodeBuild's phase context: empty where all went well. */
  context: { statusCode: '' | 'COMMAND_EXECUTION_ERROR' | 'CLIENT_ERROR' | 'BUILD_STOPPED' | 'BUILD_TIMED_OUT'; message: string };
}

export interface ReportResult {
  group: string;
  format: string;
  files: string[];
  folder: string;
  /** Of a JUNITXML group. */
  tests?: TestCounts;
}

export interface ArtifactResult {
  name: string;
  folder: string;
  files: number;
}

/** All that a build did: what `shoplab ci run --json` prints. */
export interface BuildResult {
  schema: 'shoplab.dev/build/v1';
  id: string;
  buildspec: string;
  status: BuildStatus;
  startedAt: string;
  durationMs: number;
  phases: PhaseResult[];
  exportedVariables: Record<string, string>;
  artifacts: ArtifactResult[];
  reports: ReportResult[];
  /** What AWS would honour and this did not, and what was odd. */
  warnings: string[];
}
