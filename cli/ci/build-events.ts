import type { BuildResult, PhaseResult } from './build-result.ts';
import type { PhaseName } from './decide-next-phase.ts';

/** What a build tells while it runs. */
export type BuildEvent =
  | { type: 'build-started'; id: string; buildspec: string; warnings: string[] }
  | { type: 'phase-started'; phase: PhaseName }
  | { type: 'command-started'; phase: PhaseName; block: 'commands' | 'finally'; command: string }
  | { type: 'output'; phase: PhaseName; line: string }
  | { type: 'command-failed'; phase: PhaseName; command: string; exitCode: number }
  | { type: 'phase-ended'; phase: PhaseName; result: PhaseResult; next: string }
  | { type: 'build-ended'; result: BuildResult };

export type BuildObserver = (event: BuildEvent) => void;
