import { asyncDecoupling } from './async-decoupling.ts';
import type { Cells } from './cell.ts';
import { circuitBreaker, circuitBreakerErrors } from './circuit-breaker.ts';
import { deploy } from './deploy.ts';
import { hpa } from './hpa.ts';
import { liveness, livenessHealth } from './liveness.ts';
import { readiness } from './readiness.ts';

/** What the matrix plays: every experiment of the catalog. */
export const allCells: Cells[] = [asyncDecoupling, circuitBreaker, circuitBreakerErrors, hpa, liveness, livenessHealth, readiness, deploy];
