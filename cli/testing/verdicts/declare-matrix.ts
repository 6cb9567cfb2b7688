import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { CliRuns } from '../cli-runs.ts';
import { allCells } from './all-cells.ts';
import { type Cell, type PlayedCell, playCell } from './cell.ts';
import { addCounted, type Counted, runsOf, type Sitting, type Tally, verdictTable } from './verdict-table.ts';

export interface Matrix {
  title: string;
  /** Paragraphs below the title. */
  introduction: string[];
  /** Below docs/: written when the whole matrix was played, with the counts as JSON beside it. */
  page: string;
  /** How often each cell is played. */
  times: number;
  /** Which cells are played; all if absent. */
  plays?: (cell: Cell) => boolean;
  /** What is wrong about a run, [] for nothing. */
  wrongOf: (played: PlayedCell, cell: Cell) => string[];
}

/** Declares a test for each cell, which plays it so many times; the table of counts is printed, and kept in docs/. */
export function declareMatrix({ title, introduction, page, times, plays = () => true, wrongOf }: Matrix): void {
  const runs = new CliRuns();
  const tallies: Tally[] = [];
  const cells = allCells.flatMap(({ experiment, cells }) => cells.filter(plays).map((cell) => ({ experiment, cell })));

  afterAll(() => {
    runs.remove();
    const counted = { sittings: [sittingOf(tallies)], tallies };
    const store = docs(page.replace(/\.md$/, '.json'));
    const adds = process.env.SHOPLAB_MATRIX_ADD === '1' && existsSync(store);
    const all = adds ? addCounted(JSON.parse(readFileSync(store, 'utf8')) as Counted, counted) : counted;
    process.stdout.write(`\n${verdictTable(title, introduction, counted)}`);
    // A part of the matrix does not replace the page of the whole.
    if (!adds && tallies.length < cells.length) return;
    writeFileSync(store, `${JSON.stringify(all, undefined, 1)}\n`);
    writeFileSync(docs(page), verdictTable(title, introduction, all));
  });

  test.each(cells.map(({ experiment, cell }, number) => [`${experiment}, ${cell.kind}: ${cell.name}`, number, experiment, cell] as const))(
    '%s',
    async (_title, number, experiment, cell) => {
      const tally: Tally = { experiment, cell, outcomes: {}, wrong: [] };
      tallies.push(tally);
      for (let time = 1; time <= times; time += 1) {
        const name = `${experiment}-${number}-${time}`;
        const played = await playCell(runs, name, experiment, cell);
        const wrong = wrongOf(played, cell);
        const outcome = played.ended.journal?.outcome ?? 'errored';
        tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
        if (wrong.length > 0) {
          tally.wrong.push(wrong.join('; '));
          // By its journal the cause can be found.
          if (played.ended.journal)
            cpSync(runs.reportFolder(name), fileURLToPath(new URL(`../../../.matrix/${name}`, import.meta.url)), { recursive: true });
        }
        const told = wrong.length > 0 ? `WRONG: ${wrong.join('; ')}` : `${outcome}: ${played.ended.journal?.reason}`;
        process.stdout.write(`${experiment}, ${cell.name}, ${time} of ${times}: ${told}\n`);
      }
      expect(tally.wrong).toEqual([]);
    },
    times * 300_000,
  );
}

const docs = (name: string): string => fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));

function sittingOf(tallies: Tally[]): Sitting {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commitOf(),
    runs: tallies.reduce((sum, tally) => sum + runsOf(tally), 0),
    node: process.version,
    cpus: cpus().length,
  };
}

function commitOf(): string {
  try {
    const git = (...words: string[]) => execFileSync('git', words, { cwd: docs('..'), encoding: 'utf8' }).trim();
    // What this very matrix writes makes no other program.
    const isChanged = git('status', '--porcelain', '--', '.', ':!docs') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${isChanged ? ', changed' : ''}`;
  } catch {
    return 'unknown'; // an unpacked tarball, or no git
  }
}
