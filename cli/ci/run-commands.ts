import type { BuildObserver } from './build-events.ts';
import type { CommandResult } from './build-result.ts';
import type { BuildspecPhase } from './buildspec.ts';
import type { PhaseName } from './decide-next-phase.ts';
import type { ShellSession } from './shell-session.ts';

export interface CommandsRun {
  commands: CommandResult[];
  /** What CodeBuild says of the first command that failed, '' where none did. */
  failure: string;
  /** The last lines that the first failed command wrote. */
  lastLines: string[];
}

/**
 * Runs a phase's commands, one after the other, up to the first that fails, and then those of its `finally`, whatever came of the others (AWS:
 * buildspec reference, finally). Ends early where the signal aborts: then nothing more runs, `finally` neither.
 */
export async function runCommands(
  phase: PhaseName,
  spec: BuildspecPhase,
  session: ShellSession,
  { observe, signal, lastLines }: { observe: BuildObserver; signal: AbortSignal; lastLines(): string[] },
): Promise<CommandsRun> {
  const run: CommandsRun = { commands: [], failure: '', lastLines: [] };
  for (const block of ['commands', 'finally'] as const) {
    for (const command of spec[block] ?? []) {
      if (signal.aborted) return run;
      observe({ type: 'command-started', phase, block, command });
      const startedMs = performance.now();
      const exitCode = await session.run(command, run.failure === '' ? {} : { CODEBUILD_BUILD_SUCCEEDING: '0' });
      run.commands.push({ block, command, exitCode, durationMs: Math.round(performance.now() - startedMs) });
      if (exitCode === 0 || signal.aborted) continue;
      observe({ type: 'command-failed', phase, command, exitCode });
      if (run.failure === '') {
        run.failure = `Error while executing command: ${command.trimEnd()}. Reason: exit status ${exitCode}`;
        run.lastLines = lastLines();
      }
      break;
    }
  }
  return run;
}
