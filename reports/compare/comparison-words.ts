import type { Comparison, ExperimentComparison, Row } from './compare.ts';
import type { Change } from './decide-change.ts';

/** Marks that can be told without colour. */
export const changeMarks: Record<Change, string> = { better: '▲', worse: '▼', changed: '◆', 'within chance': '=', unknown: '·' };

const isSure = ({ change }: { change: Change }): boolean => change === 'better' || change === 'worse' || change === 'changed';

/** What changed beyond chance, in one sentence. */
export function comparisonSentence({ experiments, onlyInA, onlyInB }: Comparison): string {
  const rows = experiments.flatMap((one) => one.rows);
  const count = (of: Row[], change: Change): number => of.filter((row) => row.change === change).length;
  // A verdict is not a number: whether it changed by chance is for its rate or percentile to say.
  const [verdicts, numbers] = [rows.filter(({ kind }) => kind === 'verdict'), rows.filter(({ kind }) => kind !== 'verdict')];
  const compared = numbers.filter(({ kind, change }) => kind !== 'measurement' && change !== 'unknown').length;
  const parts = (['worse', 'better', 'changed'] as const).flatMap((change) =>
    count(numbers, change) > 0 ? [`${count(numbers, change)} ${change === 'changed' ? 'changed, neither way better' : change}`] : [],
  );
  const found = [
    parts.length > 0
      ? `beyond chance ${parts.join(', ')}, of ${compared} compared`
      : `nothing changed beyond chance, of ${compared} compared`,
    ...(['worse', 'better'] as const).flatMap((change) =>
      count(verdicts, change) > 0 ? [`${count(verdicts, change)} ${count(verdicts, change) === 1 ? 'verdict' : 'verdicts'} ${change}`] : [],
    ),
  ].join('; ');
  const outcomes = experiments
    .filter(({ outcome }) => outcome.a !== outcome.b)
    .map(({ name, outcome }) => `${name} was ${outcome.a} and is ${outcome.b}`);
  const alone = [
    ...(onlyInA.length > 0 ? [`only in A: ${onlyInA.join(', ')}`] : []),
    ...(onlyInB.length > 0 ? [`only in B: ${onlyInB.join(', ')}`] : []),
  ];
  return [...outcomes, found, ...alone].join('; ');
}

/** How much of it to believe. */
export const chanceText = ({ expectedByChance }: Comparison): string =>
  `Were nothing different, about ${expectedByChance} of these would differ beyond chance all the same: each is judged at 95 %.`;

/** What is sure first; within that in the order of the run. */
export const tellingFirst = ({ rows }: ExperimentComparison): Row[] => [...rows.filter(isSure), ...rows.filter((row) => !isSure(row))];

/** Whether a gate has to close: an outcome or a row is worse beyond chance, or an experiment is gone. */
export const isWorse = ({ experiments, onlyInA }: Comparison): boolean =>
  onlyInA.length > 0 ||
  experiments.some(({ outcome, rows }) => outcome.change === 'worse' || rows.some(({ change }) => change === 'worse'));
