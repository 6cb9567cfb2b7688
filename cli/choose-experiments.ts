import { listExperiments } from '../experiments/catalog/catalog.ts';
import type { Experiment } from '../experiments/engine/experiment.ts';
import { UsageError } from './errors/usage-error.ts';
import { suggestion } from './nearest.ts';

export interface Choice {
  /** In this order: names, and files of one's own (`./mine.yaml`, or a folder with an experiment.yaml); all of the catalog where there is none. */
  names?: string[];
  /** Those that carry one of these tags. */
  tags?: string[];
  skip?: string[];
}

export interface ChosenExperiment {
  experiment: Experiment;
  /** What to type to choose it again. */
  word: string;
  /** Of one that is not of the catalog: what its overlays are relative to, and what its images run as. */
  file?: { folder: string; imagesFile: string | undefined };
}

/** Whether a word means a file of one's own and not a name of the catalog. */
const isPath = (word: string): boolean => /[\\/]/.test(word) || /\.ya?ml$/.test(word) || word === '.';

/** The experiments that are asked for, each once. Rejects where a name or tag is unknown, all of them told together, or where nothing is left. */
export async function chooseExperiments({ names = [], tags = [], skip = [] }: Choice): Promise<ChosenExperiment[]> {
  const catalog = (await listExperiments()).map((experiment): ChosenExperiment => ({ experiment, word: experiment.name }));
  const known = [...catalog, ...(await readFiles(names.filter(isPath)))];
  const knownNames = known.map(({ experiment }) => experiment.name);
  const asked = [...names.filter((word) => !isPath(word)), ...skip];
  refuseUnknown(
    'experiment',
    asked,
    knownNames,
    '(shoplab list says what each claims; a file of yours is named with its folder: ./mine.yaml)',
  );
  refuseUnknown('tag', tags, [...new Set(known.flatMap(({ experiment }) => experiment.tags))], '(shoplab list shows the tags)');
  const named = names.length === 0 ? catalog : [...new Set(names)].flatMap((name) => known.find(({ word }) => word === name) ?? []);
  const chosen = named.filter(
    ({ experiment }) => !skip.includes(experiment.name) && (tags.length === 0 || experiment.tags.some((tag) => tags.includes(tag))),
  );
  refuseTwins(chosen);
  if (chosen.length > 0) return chosen;
  throw new UsageError('no experiment is left to run', { hint: `there are ${knownNames.join(', ')}` });
}

async function readFiles(words: string[]): Promise<ChosenExperiment[]> {
  if (words.length === 0) return [];
  const { readExperimentFile } = await import('./read-experiment-file.ts');
  const read: ChosenExperiment[] = [];
  for (const word of new Set(words)) {
    const { experiment, ...file } = await readExperimentFile(word);
    read.push({ experiment, word, file });
  }
  return read;
}

/** Reports go by the experiment's name. */
function refuseTwins(chosen: ChosenExperiment[]): void {
  for (const [index, { experiment, word }] of chosen.entries()) {
    const twin = chosen.slice(0, index).find((one) => one.experiment.name === experiment.name);
    if (twin)
      throw new UsageError(`${twin.word} and ${word} are both named ${experiment.name}, and would write the same reports`, {
        hint: 'give one another name, or run them one after the other with --report-dir',
      });
  }
}

function refuseUnknown(what: string, asked: string[], known: string[], where: string): void {
  const unknown = [...new Set(asked)].filter((word) => !known.includes(word));
  if (unknown.length === 0) return;
  const hint = unknown.map((word) => suggestion(word, known)).join(' ');
  throw new UsageError(`there is no ${what} ${unknown.map((word) => `'${word}'`).join(', ')}`, { hint: `${hint} ${where}` });
}
