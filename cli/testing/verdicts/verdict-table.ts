import { type Cell, outcomeOf } from './cell.ts';

/** What came of the runs of one cell. */
export interface Tally {
  experiment: string;
  cell: Pick<Cell, 'name' | 'kind'>;
  /** How often each outcome was told. */
  outcomes: Record<string, number>;
  /** What was wrong, a line each. */
  wrong: string[];
}

/** One time that cells were played: when, by what, where. */
export interface Sitting {
  /** Of the day. */
  date: string;
  /** Abbreviated; `unknown` outside a repository. */
  commit: string;
  runs: number;
  node: string;
  cpus: number;
}

/** What is kept beside a page: all that was ever counted for it. */
export interface Counted {
  sittings: Sitting[];
  tallies: Tally[];
}

export const runsOf = ({ outcomes }: Tally): number => Object.values(outcomes).reduce((sum, count) => sum + count, 0);

/** Both together, in the order of the first, then of the second; sittings of one day and commit are one. */
export function addCounted(before: Counted, more: Counted): Counted {
  const tallies = before.tallies.map((tally) => structuredClone(tally));
  for (const next of more.tallies) {
    const there = tallies.find(({ experiment, cell }) => experiment === next.experiment && cell.name === next.cell.name);
    if (!there) tallies.push(next);
    else {
      for (const [outcome, count] of Object.entries(next.outcomes)) there.outcomes[outcome] = (there.outcomes[outcome] ?? 0) + count;
      there.wrong.push(...next.wrong);
    }
  }
  const sittings: Sitting[] = [];
  for (const { runs, ...sitting } of [...before.sittings, ...more.sittings]) {
    const there = sittings.find((one) => JSON.stringify({ ...one, runs: 0 }) === JSON.stringify({ ...sitting, runs: 0 }));
    if (there) there.runs += runs;
    else sittings.push({ ...sitting, runs });
  }
  return { sittings, tallies };
}

/** A Markdown document: a row for each cell with how often each outcome came, what was wrong, and when it was counted. */
export function verdictTable(title: string, introduction: string[], { sittings, tallies }: Counted): string {
  const of = (tally: Tally, outcome: string) => tally.outcomes[outcome] ?? 0;
  const total = tallies.reduce((sum, tally) => sum + runsOf(tally), 0);
  const right = total - tallies.reduce((sum, { wrong }) => sum + wrong.length, 0);
  const wrong = tallies.flatMap((tally) => tally.wrong.map((line) => `- ${tally.experiment}, ${tally.cell.name}: ${line.split('\n')[0]}`));
  return [
    `# ${title}`,
    '',
    ...introduction,
    '',
    `${right} of ${total} verdicts were right, on the local platform.`,
    '',
    '| experiment | what was done | has to be | passed | failed | inconclusive | errored | wrong |',
    '|---|---|---|--:|--:|--:|--:|--:|',
    ...tallies.map((tally) => {
      const { experiment, cell, wrong } = tally;
      const counts = ['passed', 'failed', 'inconclusive', 'errored'].map((outcome) => of(tally, outcome));
      return `| ${[experiment, `${cell.kind}: ${cell.name}`, outcomeOf[cell.kind], ...counts, wrong.length].join(' | ')} |`;
    }),
    ...(wrong.length > 0 ? ['', 'What was wrong:', '', ...wrong] : []),
    '',
    'Counted:',
    '',
    ...sittings.map(({ date, commit, runs, node, cpus }) => `- ${date}, commit ${commit}: ${runs} runs, Node ${node}, ${cpus} CPUs`),
    '',
  ].join('\n');
}
