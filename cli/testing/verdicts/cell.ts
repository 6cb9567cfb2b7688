import type { Journal, VariantName } from '../../../experiments/engine/journal.ts';
import { type CliRuns, checkOf, type EndedRun, verdictOf } from '../cli-runs.ts';
import { recordPlatformRow } from './platform-table.ts';
import { retrace } from './retrace.ts';

/** A run whose verdict is known beforehand, because of what was done to the manifests behind the lab's back. */
export interface Cell {
  /** What was done, in a few words: `the breaker never opens`. */
  name: string;
  /** `in place`: nothing, so it has to pass; `sabotaged`: the mechanism is gone, so it has to fail; `no evidence`: the fault is none, or the load. */
  kind: 'in place' | 'sabotaged' | 'no evidence';
  /** Done to a copy of the manifests. */
  sabotage?: (folder: string) => void;
  /** Flags that shorten the run. */
  words?: string[];
  /** In their place on genuine Kubernetes, where a cluster that is up keeps its settings, and metrics come later. */
  wordsOnKind?: string[];
  /** What exit code, outcome and reason have to say beyond what `kind` does. */
  reason?: RegExp;
  /** Checks that have to be there with this result: they tell that the verdict came by the right way. */
  checks?: [variant: VariantName, id: string, result: 'true' | 'false' | 'unknown'][];
  /** Throws where the journal lacks something else. */
  also?: (ended: EndedRun) => void;
  /** Part of `npm test`, too. */
  short?: boolean;
}

/** The cells of one experiment. */
export interface Cells {
  experiment: string;
  cells: Cell[];
}

/** What each kind has to end as. */
export const outcomeOf = { 'in place': 'passed', sabotaged: 'failed', 'no evidence': 'inconclusive' } as const;
const codeOf = { passed: 0, failed: 4, inconclusive: 3 } as const;

/** A run of a cell, with what was wrong about it; [] where the verdict is right. */
export interface PlayedCell {
  ended: EndedRun;
  wrong: string[];
}

/** Runs the CLI once on manifests that are as the cell has them. `name`: unique among those of `runs`; `more`: flags for every cell alike. */
export async function playCell(runs: CliRuns, name: string, experiment: string, cell: Cell, more: string[] = []): Promise<PlayedCell> {
  const { kind, sabotage, reason = /./, checks = [], also } = cell;
  const isGenuine = more.includes('kind') || more.includes('--context');
  const words = (isGenuine ? cell.wordsOnKind : undefined) ?? cell.words ?? [];
  const manifests = sabotage ? ['--manifests', runs.sabotaged(name, sabotage)] : [];
  const ended = await runs.run(name, experiment, ...words, ...manifests, ...more);
  const outcome = outcomeOf[kind];
  const wrong: string[] = [];
  const verdict = verdictOf(ended);
  if (!verdict.startsWith(`${codeOf[outcome]} ${outcome}: `) || !reason.test(verdict)) {
    return {
      ended,
      wrong: [`${outcome} expected (${reason}), got ${verdict}`, ...(ended.journal ? detailsOf(ended.journal) : [ended.err])],
    };
  }
  try {
    for (const [variant, id, result] of checks) {
      const check = checkOf(ended, variant, id);
      if (check.result !== result) wrong.push(`${id} of ${variant} is ${check.result}, not ${result}: ${check.message}`);
    }
    also?.(ended);
  } catch (error) {
    wrong.push((error as Error).message);
  }
  if (ended.journal) wrong.push(...retrace(ended.journal));
  const command = ended.journal?.command ?? '';
  if (sabotage && !command.includes(' --manifests ')) wrong.push(`what was done to the manifests is not in the command: ${command}`);
  if (runs.labs().length > 0) wrong.push(`left behind: ${runs.labs().join(', ')}`);
  if (kind === 'in place' && wrong.length === 0) recordPlatformRow(ended.journal);
  return { ended, wrong };
}

/** What a verdict that was not expected came from: checks that were not as predicted, what was found, and what the machine had to give. */
function detailsOf({ variants }: Journal): string[] {
  return variants.flatMap(({ name: variant, checks, loads, measurements }) => [
    ...checks.filter(({ verdict }) => verdict !== 'pass').map(({ id, result, message }) => `${variant}, ${id} is ${result}: ${message}`),
    ...checks.flatMap(({ id, findings = [] }) => findings.map((one) => `${variant}, ${id}: ${one}`)),
    `${variant}: ${measurements
      .filter(({ id }) => /^(cpu|io)-/.test(id))
      .map(({ id, value, unit }) => `${id} ${value} ${unit}`)
      .join(', ')}, p99 lateness ${loads[0]?.latenessMs?.p99 ?? '?'} ms`,
  ]);
}
