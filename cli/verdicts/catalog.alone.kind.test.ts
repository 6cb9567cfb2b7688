import { declareKindPlays } from '../testing/verdicts/declare-kind-plays.ts';

declareKindPlays('alone');
