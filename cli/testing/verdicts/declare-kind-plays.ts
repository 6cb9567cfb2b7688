import { KindLab } from '../kind-lab.ts';
import { playCell } from './cell.ts';
import { expectVerdict } from './expect-verdict.ts';
import { playsIn } from './kind-plays.ts';

/** Declares a test for each cell that is played there, in the lab that is quiet: on genuine Kubernetes the verdicts are those of the local platform. */
export function declareKindPlays(place: 'alone' | 'quiet lab'): void {
  const lab = new KindLab('quiet');
  beforeAll(() => lab.up(), 600_000);
  afterAll(() => lab.runs.remove());

  test.each(playsIn(place))(
    '%s',
    async (_title, name, experiment, cell) => {
      const played = await playCell(lab.runs, name, experiment, cell, lab.words);
      expectVerdict(played);
      expect(played.ended.journal?.platform).toMatchObject({ name: 'kind', kubernetes: expect.stringMatching(/^v1\.\d+\.\d+$/) });
      expect(await lab.namespacesOfRuns()).toBe('');
    },
    600_000,
  );
}
