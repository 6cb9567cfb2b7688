import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { outcomeOf } from '../testing/verdicts/cell.ts';
import { declareMatrix } from '../testing/verdicts/declare-matrix.ts';

const loops: ChildProcess[] = [];
beforeAll(() => {
  for (let number = 0; number < 2; number += 1) loops.push(spawn(process.execPath, ['-e', 'for (;;);']));
});
afterAll(async () => {
  for (const loop of loops) {
    const ended = once(loop, 'exit');
    loop.kill('SIGKILL');
    await ended;
  }
});

declareMatrix({
  title: 'Do the verdicts tell the truth on a busy machine?',
  introduction: [
    'As in [verdicts.md](verdicts.md), with two loops beside it that use all the CPU they get. A verdict may become inconclusive for that, never wrong.',
    '`npm run test:matrix` writes this page; `SHOPLAB_MATRIX_TIMES` says how often each row is run (1 if absent), `SHOPLAB_MATRIX_ADD=1` adds to what was counted before.',
  ],
  page: 'verdicts-busy-machine.md',
  times: Number(process.env.SHOPLAB_MATRIX_TIMES ?? 1),
  plays: ({ kind }) => kind !== 'no evidence',
  wrongOf({ ended }, { kind }) {
    const { outcome, reason } = ended.journal ?? { outcome: 'none', reason: ended.err };
    return outcome === outcomeOf[kind] || (outcome === 'inconclusive' && reason !== '') ? [] : [`${outcome}: ${reason}`];
  },
});
