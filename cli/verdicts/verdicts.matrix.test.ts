import { declareMatrix } from '../testing/verdicts/declare-matrix.ts';

declareMatrix({
  title: 'Do the verdicts tell the truth?',
  introduction: [
    'Each experiment is run with its mechanism in place, with the mechanism removed or spoiled behind the lab’s back, and with a fault or a load that is none.',
    '`npm run test:matrix` writes this page; `SHOPLAB_MATRIX_TIMES` says how often each row is run (10 if absent), `SHOPLAB_MATRIX_ADD=1` adds to what was counted before.',
  ],
  page: 'verdicts.md',
  times: Number(process.env.SHOPLAB_MATRIX_TIMES ?? 10),
  wrongOf: ({ wrong }) => wrong,
});
