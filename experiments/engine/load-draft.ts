import type { CheckDraft } from './experiment.ts';
import type { LoadRecord } from './journal.ts';

/** The check that the load was as declared: nothing that is said of the system counts where it was not. */
export function loadDraft({ requests, dropped, latenessMs, saturated, scenario }: LoadRecord): CheckDraft {
  const late = latenessMs ? `, sent at most ${Math.round(latenessMs.max)} ms late (p99 ${Math.round(latenessMs.p99)} ms)` : '';
  const seen = `${requests.toLocaleString('en-US')} requests${late}${dropped > 0 ? `, ${dropped} never sent` : ''}`;
  const kept = saturated === null && requests > 0;
  return {
    id: `load-${scenario}`,
    kind: 'load',
    title: 'the load came as declared',
    observed: { value: kept, text: seen },
    threshold: { op: '==', value: true, text: 'every request is sent when it is due' },
    result: kept ? 'true' : 'false',
    expectedInControl: 'true',
    message: saturated ?? (requests > 0 ? seen : 'no request was sent'),
  };
}
