import { liveness } from '../testing/verdicts/liveness.ts';
import { playShort } from '../testing/verdicts/play-short.ts';

playShort(liveness);
