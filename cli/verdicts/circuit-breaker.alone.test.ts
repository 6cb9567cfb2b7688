import { circuitBreaker } from '../testing/verdicts/circuit-breaker.ts';
import { playShort } from '../testing/verdicts/play-short.ts';

playShort(circuitBreaker);
