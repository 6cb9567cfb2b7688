import type { CheckDraft } from './experiment.ts';
import type { LoadRecord, LoadThreshold } from './journal.ts';

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
    threshold: { op: '==', value: true, text: latenessMs ? 'every request is sent when it is due' : 'no request is dropped' },
    result: kept ? 'true' : 'false',
    expectedInControl: 'true',
    message: saturated ?? (requests > 0 ? seen : 'no request was sent'),
  };
}

/** A threshold of k6's as a check: the system has to keep it. By the figure alone, as k6 judges. */
export function thresholdDraft({ metric, expression, holds, observed }: LoadThreshold): CheckDraft {
  const figure = observed === undefined ? '' : `: ${Math.round(observed * 1e6) / 1e6}`;
  return {
    id: `k6-${metric}-${expression}`.replace(/[^\w.]+/g, '-').replace(/-$/, ''),
    kind: 'criterion',
    title: `k6: ${metric} ${expression}`,
    observed: { value: observed ?? holds, text: observed === undefined ? (holds ? 'kept' : 'crossed') : String(observed) },
    threshold: { op: '==', value: true, text: expression },
    result: holds ? 'true' : 'false',
    expectedInControl: 'true',
    dependsOnSpeed: true,
    message: `${holds ? 'k6 found it kept' : 'k6 found it crossed'}${figure}`,
  };
}
