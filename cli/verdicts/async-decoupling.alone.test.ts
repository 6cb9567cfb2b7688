import { asyncDecoupling } from '../testing/verdicts/async-decoupling.ts';
import { playShort } from '../testing/verdicts/play-short.ts';

playShort(asyncDecoupling);
