import type { Sample } from './experiment.ts';
import type { SampleTable } from './journal.ts';

/** Beyond so many requests those that failed are kept, as many of them: a journal is read whole. */
const mostRows = 200_000;
const header = 'due_ms,latency_ms,answer,connection,served_by';

/** To hundredths, downwards, as requests are due before a moment that ends a time. */
const hundredths = (ms: number): number => Math.floor(ms * 100) / 100;

/** A sample with its times as a journal writes them; whatever is counted has to be counted from these. */
export const asWritten = (sample: Sample): Sample => ({
  ...sample,
  dueMs: hundredths(sample.dueMs),
  latencyMs: hundredths(sample.latencyMs),
});

/**
 * The table of a load's requests: when each was due since the variant's startedAt, how long it took from then, its status or the class of its
 * error, and, where connections take turns, the number of its connection and what answered (x-served-by).
 */
export function sampleTable(samples: readonly Sample[], most = mostRows): SampleTable {
  const kept = samples.length <= most ? [...samples] : samples.filter(({ error }) => error !== '').slice(0, most);
  const rows = kept
    .sort((a, b) => a.dueMs - b.dueMs)
    .map(({ dueMs, latencyMs, status, error, connection, servedBy }) =>
      [dueMs, latencyMs, quoted(error || String(status)), connection ?? '', connection === undefined ? '' : quoted(servedBy ?? '')].join(
        ',',
      ),
    );
  return { csv: [header, ...rows, ''].join('\n'), leftOut: samples.length - kept.length };
}

/** RFC 4180. */
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
