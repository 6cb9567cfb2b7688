import { declareMatrix } from '../testing/verdicts/declare-matrix.ts';

declareMatrix({
  title: 'Do the verdicts tell the truth?',
  introduction: [
    'Each experiment is run with its mechanism in place, with the mechanism removed or spoiled behind the lab’s back, and with a fault or a load that is none.',
    '`npm run test:matrix` writes this page; `SHOPLAB_MATRIX_TIMES` says how often each row is run (10 if absent), `SHOPLAB_MATRIX_ADD=1` adds to what was counted before.',
    'Three rows were wrong once, by faults of the lab that are mended: hpa in place (the window told for the way down was too short), deploy sabotaged (a wait cut too short let one criterion pass) and readiness with too few requests (by the rate it was run with, each connection came back just when its Pod let it go as idle: one request was lost). Their runs before that, nine in all, are listed below as played, and no longer counted.',
    'The runs of 2026-11-30 from commit a28157d on were played two at a time, which is harder. Two of them, both in place, became inconclusive for want of CPU while the tests of this project ran beside them, and said so; they are not counted either.',
  ],
  page: 'verdicts.md',
  times: Number(process.env.SHOPLAB_MATRIX_TIMES ?? 10),
  wrongOf: ({ wrong }) => wrong,
});
