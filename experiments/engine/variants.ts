import type { Experiment, Variant } from './experiment.ts';
import type { VariantName } from './journal.ts';

type Declared = Pick<Experiment, 'variants'>;

/** All sides of an experiment, in the order in which they run. */
export const variantNames = ({ variants }: Declared): VariantName[] => ['control', 'treatment', ...Object.keys(variants.others ?? {})];

/** How a side was declared. Throws for a name that the experiment does not have. */
export function variantOf({ variants }: Declared, name: VariantName): Variant {
  const found = name === 'control' ? variants.control : name === 'treatment' ? variants.treatment : variants.others?.[name];
  if (!found) throw new Error(`there is no variant ${name}`);
  return found;
}
