import { execa } from 'execa';
import { CliRuns } from '../testing/cli-runs.ts';
import { allCells, inPlaceAnd } from '../testing/verdicts/all-cells.ts';
import { playCell } from '../testing/verdicts/cell.ts';
import { expectVerdict } from '../testing/verdicts/expect-verdict.ts';

/** On containers, with real Kafka, PostgreSQL and Toxiproxy, the verdicts are those of the local platform. */
const runs = new CliRuns();
afterAll(() => runs.remove());

const removed = [
  'the consumer does not recognize what it has taken',
  'the breaker never opens, although time-out and fallback hold',
  'there is no preStop',
];
const cells = inPlaceAnd(removed);

test('there is something to be played', () => {
  expect(cells.filter(({ cell }) => cell.kind === 'in place').map(({ experiment }) => experiment)).toEqual(
    allCells.map(({ experiment }) => experiment),
  );
  expect(cells.filter(({ cell }) => cell.kind === 'sabotaged')).toHaveLength(removed.length);
});

test.each(cells.map(({ experiment, cell }, number) => [`${experiment}, ${cell.kind}: ${cell.name}`, number, experiment, cell] as const))(
  '%s',
  async (_title, number, experiment, cell) => {
    const played = await playCell(runs, `${number}`, experiment, cell, ['--platform', 'docker']);
    expectVerdict(played);
    const { ended } = played;
    expect(ended.journal).toMatchObject({ platform: { name: 'docker' }, command: expect.stringContaining('--platform docker') });
    expect((await execa('docker', ['ps', '--all', '--filter', 'label=shoplab.dev/lab', '--format', '{{.Names}}'])).stdout).toBe('');
  },
  400_000,
);
