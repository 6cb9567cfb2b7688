import type { Check } from '../experiments/engine/journal.ts';

interface Pair {
  first: Check;
  bySide: (Check | undefined)[];
}

/**
 * Parts what has to be read from what is only to be known: looks at the steady state, before, meanwhile and after, that held on every side are many,
 * and all say the same.
 */
export function foldHeld<T extends Pair>(pairs: T[]): { told: T[]; held: T[] } {
  const isHeld = ({ first, bySide }: T): boolean =>
    (first.kind === 'steady-state' || first.kind === 'guard' || first.kind === 'recovered') &&
    bySide.every((check) => check === undefined || check.verdict === 'pass');
  return { told: pairs.filter((pair) => !isHeld(pair)), held: pairs.filter(isHeld) };
}

/** The folded ones in one sentence; undefined where there are none. */
export function heldText(held: Pair[]): string | undefined {
  if (held.length === 0) return undefined;
  const count = (kind: Check['kind']): number => held.filter(({ first }) => first.kind === kind).length;
  const parts = [
    count('steady-state') > 0 ? `${count('steady-state')} before the load` : '',
    count('guard') > 0 ? `${count('guard')} all the while` : '',
    count('recovered') > 0 ? `${count('recovered')} after the method` : '',
  ];
  return `the steady state held: ${parts.filter((part) => part !== '').join(', ')}`;
}
