import { listExperiments } from '../experiments/catalog/catalog.ts';
import type { Experiment } from '../experiments/engine/experiment.ts';
import { UsageError } from './errors/usage-error.ts';
import { suggestion } from './nearest.ts';

export interface Choice {
  /** In this order; all there are where none is named. */
  names?: string[];
  /** Those that carry one of these tags. */
  tags?: string[];
  skip?: string[];
}

/** The experiments that are asked for, each once. Rejects where a name or tag is unknown, all of them told together, or where nothing is left. */
export async function chooseExperiments({ names = [], tags = [], skip = [] }: Choice): Promise<Experiment[]> {
  const known = await listExperiments();
  const knownNames = known.map(({ name }) => name);
  refuseUnknown('experiment', [...names, ...skip], knownNames, '(shoplab list says what each claims)');
  refuseUnknown('tag', tags, [...new Set(known.flatMap((one) => one.tags))], '(shoplab list shows the tags)');
  const named = names.length === 0 ? known : [...new Set(names)].flatMap((name) => known.find((one) => one.name === name) ?? []);
  const chosen = named.filter((one) => !skip.includes(one.name) && (tags.length === 0 || one.tags.some((tag) => tags.includes(tag))));
  if (chosen.length > 0) return chosen;
  throw new UsageError('no experiment is left to run', { hint: `there are ${knownNames.join(', ')}` });
}

function refuseUnknown(what: string, asked: string[], known: string[], where: string): void {
  const unknown = [...new Set(asked)].filter((word) => !known.includes(word));
  if (unknown.length === 0) return;
  const hint = unknown.map((word) => suggestion(word, known)).join(' ');
  throw new UsageError(`there is no ${what} ${unknown.map((word) => `'${word}'`).join(', ')}`, { hint: `${hint} ${where}` });
}
