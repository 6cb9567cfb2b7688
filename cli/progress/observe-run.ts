import type { Check } from '../../experiments/engine/journal.ts';
import type { RunEvent, RunObserver } from '../../experiments/engine/run.ts';
import { formatDuration, verdictMarks, verdictWords } from '../../reports/check-words.ts';
import type { Progress } from './progress.ts';

/** Tells a run's events as they come. Where variants run side by side, the step is what each of them is at. */
export function observeRun(progress: Progress): RunObserver {
  const phases = new Map<string, string>();
  const step = (): void => progress.step([...phases].map(([variant, phase]) => `${variant}: ${phase}`).join(' | '));
  return (event: RunEvent): void => {
    switch (event.type) {
      case 'variant-started':
        progress.tell(`${event.variant} in namespace ${event.namespace}`);
        break;
      case 'phase-started':
        phases.set(event.variant, event.phase);
        step();
        break;
      case 'phase-ended':
        phases.delete(event.variant);
        if (phases.size === 0) progress.done();
        else {
          progress.tell(`${event.variant}: ${event.phase}: ${formatDuration(event.durationMs)}`);
          step();
        }
        break;
      case 'progress':
        progress.saw(phases.size > 1 ? `${event.variant}: ${event.text}` : event.text);
        break;
      case 'fault-injected':
        progress.tell(`  ${event.variant}: fault ${event.fault} is in: ${event.target}`);
        break;
      case 'fault-bit':
        progress.tell(`  ${event.variant}: fault ${event.fault} ${event.bit ? 'bit' : 'took no effect'}: ${event.message}`);
        break;
      case 'fault-undone':
        progress.tell(`  ${event.variant}: fault ${event.fault} is undone`);
        break;
      case 'check':
        if (isRoutine(event.check)) break;
        progress.tell(
          `  ${verdictMarks[event.check.verdict]} ${event.variant}: ${event.check.title}: ${verdictWords(event.check)}: ${event.check.observed.text}`,
        );
        break;
      case 'warning':
        progress.tell(`! ${event.text}`);
        break;
    }
  };
}

/** Looks at the steady state and guards that hold are many; the report has them. */
const isRoutine = ({ kind, verdict }: Check): boolean =>
  verdict === 'pass' && (kind === 'steady-state' || kind === 'guard' || kind === 'recovered');
