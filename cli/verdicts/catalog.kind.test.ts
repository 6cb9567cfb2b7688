import { declareKindPlays } from '../testing/verdicts/declare-kind-plays.ts';

declareKindPlays('quiet lab');
