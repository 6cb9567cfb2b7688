import { CliRuns } from '../cli-runs.ts';
import { type Cells, playCell } from './cell.ts';
import { expectVerdict } from './expect-verdict.ts';

/** Declares a test for each cell of an experiment that is part of `npm test`. */
export function playShort({ experiment, cells }: Cells): void {
  describe(`the verdict of ${experiment}`, () => {
    const runs = new CliRuns();
    afterAll(() => runs.remove());
    it.each(cells.filter(({ short }) => short).map((cell, number) => [`${cell.kind}: ${cell.name}`, `${number}`, cell] as const))(
      '%s',
      async (_title, name, cell) => expectVerdict(await playCell(runs, name, experiment, cell)),
      300_000,
    );
  });
}
