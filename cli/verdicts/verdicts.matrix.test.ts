import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CliRuns } from '../testing/cli-runs.ts';
import { allCells } from '../testing/verdicts/all-cells.ts';
import { playCell } from '../testing/verdicts/cell.ts';
import { type Tally, verdictTable } from '../testing/verdicts/verdict-table.ts';

const times = Number(process.env.SHOPLAB_MATRIX_TIMES ?? 10);
const runs = new CliRuns();
const tallies: Tally[] = [];
const cells = allCells.flatMap(({ experiment, cells }) => cells.map((cell) => ({ experiment, cell })));

afterAll(() => {
  runs.remove();
  const table = verdictTable(tallies, new Date());
  process.stdout.write(`\n${table}`);
  // A part of the matrix does not replace the page of the whole.
  if (tallies.length === cells.length) writeFileSync(fileURLToPath(new URL('../../docs/verdicts.md', import.meta.url)), table);
});

test.each(cells.map(({ experiment, cell }) => [`${experiment}, ${cell.kind}: ${cell.name}`, experiment, cell] as const))(
  '%s',
  async (_name, experiment, cell) => {
    const tally: Tally = { experiment, cell, outcomes: {}, wrong: [] };
    tallies.push(tally);
    for (let time = 1; time <= times; time += 1) {
      const { ended, wrong } = await playCell(
        runs,
        `${experiment}-${cells.findIndex((one) => one.cell === cell)}-${time}`,
        experiment,
        cell,
      );
      const outcome = ended.journal?.outcome ?? 'errored';
      tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
      if (wrong.length > 0) tally.wrong.push(wrong.join('; '));
      process.stdout.write(
        `${experiment}, ${cell.name}, ${time} of ${times}: ${wrong.length > 0 ? `WRONG: ${wrong.join('; ')}` : outcome}\n`,
      );
    }
    expect(tally.wrong).toEqual([]);
  },
  times * 300_000,
);
