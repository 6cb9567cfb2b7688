import { buildK6StandIn } from '../experiments/load/testing/k6-image.ts';
import { CliRuns } from './testing/cli-runs.ts';
import { type Cell, playCell } from './testing/verdicts/cell.ts';
import { expectVerdict } from './testing/verdicts/expect-verdict.ts';
import { liveness } from './testing/verdicts/liveness.ts';

/** By a stand-in that is called k6, in an image of its own: the real one is not used here. */
const runs = new CliRuns();
afterAll(() => runs.remove());

test('an experiment sends its load through the image of k6, and comes to the same verdict', async () => {
  const image = await buildK6StandIn();
  const inPlace = liveness.cells.find(({ kind }) => kind === 'in place') as Cell;
  const played = await playCell(runs, 'through', 'liveness', inPlace, ['--platform', 'docker', '--load', 'k6', '--k6-image', image]);
  expectVerdict(played);
  expect(played.ended.journal?.command).toContain(`--platform docker --load k6 --k6-image ${image}`);
  for (const { loads } of played.ended.journal?.variants ?? [])
    expect(loads[0]).toMatchObject({ settings: { sentBy: 'k6 v0.0.0-stand-in', sentFrom: 'Pod shoplab-loader' } });
}, 300_000);
