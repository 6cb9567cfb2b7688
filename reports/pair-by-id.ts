import type { Journal, VariantRecord } from '../experiments/engine/journal.ts';

/** Control beside treatment: what both have under one id, in the order of first appearance. `bySide` is in the order of the variants. */
export function pairById<T extends { id: string }>(
  variants: VariantRecord[],
  of: (variant: VariantRecord) => T[],
): { first: T; bySide: (T | undefined)[] }[] {
  const rows = new Map<string, { first: T; bySide: (T | undefined)[] }>();
  variants.forEach((variant, side) => {
    for (const one of of(variant)) {
      const row = rows.get(one.id) ?? { first: one, bySide: variants.map(() => undefined) };
      row.bySide[side] = one;
      rows.set(one.id, row);
    }
  });
  return [...rows.values()];
}

/** Of one row of `pairById`, what the control has. */
export const controlOf = <T>({ variants }: Journal, bySide: (T | undefined)[]): T | undefined =>
  bySide[variants.findIndex(({ name }) => name === 'control')];
