import type { Journal, Spread } from '../experiments/engine/journal.ts';
import { median } from '../experiments/engine/statistics/median.ts';
import { formatDuration, formatQuantity, outcomeMarks } from './check-words.ts';

/** Each of the runs that a journal sums up, in a few words. `report`: its page, from the page of the sum. */
export function runRows({
  pooled,
  experiment,
}: Journal): { number: number; outcome: string; seed: number; took: string; reason: string; report: string }[] {
  return (pooled?.runs ?? []).map(({ seed, startedAt, endedAt, outcome, reason }, at) => ({
    number: at + 1,
    outcome: `${outcomeMarks[outcome]} ${outcome}`,
    seed,
    took: formatDuration(Date.parse(endedAt) - Date.parse(startedAt)),
    reason,
    report: `runs/${at + 1}/${experiment.name}.html`,
  }));
}

/** Every number that the runs have in common, with how far they differ, in the order of the variants. */
export function spreadRows({ pooled, variants }: Journal): { title: string; bySide: string[] }[] {
  const spreads = pooled?.spreads ?? [];
  const keyOf = ({ kind, id }: Spread): string => `${kind} ${id}`;
  return [...new Set(spreads.map(keyOf))].map((key) => {
    const same = spreads.filter((spread) => keyOf(spread) === key);
    return {
      title: same[0]?.title ?? '',
      bySide: variants.map(({ name }) => {
        const spread = same.find(({ variant }) => variant === name);
        return spread ? spreadText(spread) : '–';
      }),
    };
  });
}

/** `4.1 s / 4.4 s / 5 s`: least, median, most. */
export function spreadText({ values, unit }: Spread): string {
  const seen = values.filter((value) => value !== null);
  const middle = median(seen);
  if (middle === null) return 'not seen';
  const missing = values.length - seen.length;
  const words = [Math.min(...seen), middle, Math.max(...seen)].map((value) => formatQuantity(value, unit));
  const text = words[0] === words[2] ? `${words[0]}` : words.join(' / ');
  return missing === 0 ? text : `${text} (not in ${missing} of ${values.length})`;
}
