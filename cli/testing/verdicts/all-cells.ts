import { asyncDecoupling } from './async-decoupling.ts';
import type { Cell, Cells } from './cell.ts';
import { circuitBreaker, circuitBreakerErrors } from './circuit-breaker.ts';
import { deploy } from './deploy.ts';
import { hpa } from './hpa.ts';
import { liveness, livenessHealth } from './liveness.ts';
import { readiness } from './readiness.ts';

/** What the matrix plays: every experiment of the catalog. */
export const allCells: Cells[] = [asyncDecoupling, circuitBreaker, circuitBreakerErrors, hpa, liveness, livenessHealth, readiness, deploy];

/** For a platform that does not play all: each that has to pass, and mechanisms that are removed behind the lab's back, by their names. */
export const inPlaceAnd = (removed: readonly string[]): { experiment: string; cell: Cell }[] =>
  allCells.flatMap(({ experiment, cells }) =>
    cells.filter(({ kind, name }) => kind === 'in place' || removed.includes(name)).map((cell) => ({ experiment, cell })),
  );
