import { deploy } from '../testing/verdicts/deploy.ts';
import { playShort } from '../testing/verdicts/play-short.ts';

playShort(deploy);
