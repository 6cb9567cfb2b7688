import { listExperiments } from '../experiments/catalog/catalog.ts';
import type { Experiment } from '../experiments/engine/experiment.ts';
import { UsageError } from './errors/usage-error.ts';
import { suggestion } from './nearest.ts';

/** The experiments of these names, each once and in this order; all there are where none is named. Unknown names are told together. */
export async function chooseExperiments(names: string[]): Promise<Experiment[]> {
  const known = await listExperiments();
  const find = (name: string): Experiment | undefined => known.find((experiment) => experiment.name === name);
  if (names.length === 0) return known;
  const unknown = names.filter((name) => !find(name));
  if (unknown.length > 0) {
    const hint = unknown
      .map((name) =>
        suggestion(
          name,
          known.map((one) => one.name),
        ),
      )
      .join(' ');
    throw new UsageError(`there is no experiment ${unknown.map((name) => `'${name}'`).join(', ')}`, {
      hint: `${hint} (shoplab list says what each claims)`,
    });
  }
  return [...new Set(names)].flatMap((name) => find(name) ?? []);
}
