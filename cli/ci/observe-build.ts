import { formatDuration } from '../../reports/check-words.ts';
import type { Progress } from '../progress/progress.ts';
import type { BuildObserver } from './build-events.ts';
import type { PhaseName } from './decide-next-phase.ts';

/** Tells a build's events as they come; of the commands' output only that of `shown` phases, all of it where none is named. */
export function observeBuild(progress: Progress, shown: PhaseName[]): BuildObserver {
  const shows = (phase: PhaseName): boolean => shown.length === 0 || shown.includes(phase);
  return (event) => {
    switch (event.type) {
      case 'build-started':
        progress.tell(`build ${event.id} of ${event.buildspec}`);
        for (const warning of event.warnings) progress.tell(`! ${warning}`);
        break;
      case 'phase-started':
        progress.tell(`Entering phase ${event.phase}`);
        break;
      case 'command-started':
        if (shows(event.phase)) progress.tell(`Running command ${event.command.trimEnd()}`);
        progress.step(`${event.phase}: ${event.command.trim().split('\n')[0]}`);
        break;
      case 'output':
        if (shows(event.phase)) progress.tell(event.line);
        else progress.saw(event.line);
        break;
      case 'command-failed':
        progress.tell(`Command did not exit successfully: ${event.command.trimEnd()}: exit status ${event.exitCode}`);
        break;
      case 'phase-ended': {
        progress.stop();
        const { status, durationMs, context } = event.result;
        progress.tell(`Phase complete: ${event.phase} State: ${status} (${formatDuration(durationMs)})`);
        if (status !== 'SUCCEEDED') progress.tell(`  ${context.statusCode}: ${context.message}`);
        if (status === 'FAILED') progress.tell(`  ${event.next}`);
        break;
      }
      case 'build-ended':
        progress.stop();
        break;
    }
  };
}
