import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlayedCell } from './cell.ts';
import { expectVerdict } from './expect-verdict.ts';

const folder = mkdtempSync(join(tmpdir(), 'expect-verdict-'));
const list = join(folder, 'skips');
const before = process.env.SHOPLAB_TEST_SKIPS;
beforeEach(() => {
  process.env.SHOPLAB_TEST_SKIPS = list;
});
afterAll(() => {
  if (before === undefined) delete process.env.SHOPLAB_TEST_SKIPS;
  else process.env.SHOPLAB_TEST_SKIPS = before;
  rmSync(folder, { recursive: true });
});

const played = (outcome: string, waited: number, wrong: string[] = [], io = 2): PlayedCell =>
  ({
    wrong,
    ended: {
      journal: {
        outcome,
        reason: 'why',
        variants: [
          {
            measurements: [
              { id: 'cpu-pressure', value: waited },
              { id: 'io-pressure', value: io },
            ],
          },
        ],
      },
    },
  }) as unknown as PlayedCell;

test('what a busy machine kept from a verdict counts as skipped, with the reason', () => {
  expectVerdict(played('inconclusive', 85, ['passed expected']));
  expect(JSON.parse(readFileSync(list, 'utf8'))).toEqual({
    name: 'what a busy machine kept from a verdict counts as skipped, with the reason',
    reason: 'something waited on this machine for its CPU 85 % of the time, and the run was inconclusive: why',
  });
  expectVerdict(played('inconclusive', 50, ['passed expected'], 60));
  expect(readFileSync(list, 'utf8').split('\n')[1]).toContain('something waited on this machine for its disk 60 % of the time, and');
  delete process.env.SHOPLAB_TEST_SKIPS;
  expect(() => expectVerdict(played('inconclusive', 85, ['passed expected']))).toThrow(/shows nothing/);
});

test.each([
  ['a wrong verdict on a busy machine', played('failed', 99, ['passed expected'])],
  ['an error on a busy machine', played('errored', 99, ['passed expected'])],
  ['no verdict on a machine with CPU to spare', played('inconclusive', 60, ['passed expected'])],
  ['a passed run of which something is wrong', played('passed', 99, ['left behind: a lab'])],
])('%s is a failure', (_name, one) => {
  expect(() => expectVerdict(one)).toThrow();
});

test('a right verdict is right on any machine', () => {
  expectVerdict(played('inconclusive', 99));
  expectVerdict(played('passed', 99));
});
