import type { CheckDraft } from './experiment.ts';
import type { Check, Outcome, VariantName, VariantRecord } from './journal.ts';

/**
 * Judges one check by what had to come out in that variant. Where the evidence itself is missing (the gate closed, the fault without effect, the
 * loader saturated), or the control held although its mechanism was removed, nothing is proven: inconclusive, never passed.
 */
export function judge({ expectedInControl, kind = 'criterion', ...draft }: CheckDraft, variant: VariantName): Check {
  const expected = variant === 'control' ? expectedInControl : 'true';
  const met = draft.result === expected;
  const evidence = kind === 'fault' || kind === 'load' || kind === 'steady-state';
  const provesNothing = evidence || (variant === 'control' && expected === 'false');
  const verdict = draft.result === 'unknown' ? 'inconclusive' : met ? 'pass' : provesNothing ? 'inconclusive' : 'fail';
  return { ...draft, kind, expected, verdict };
}

/** Whether a check says that the run itself proves nothing: gate closed, fault without effect, loader saturated. */
export const isMissingEvidence = ({ kind, verdict }: Pick<Check, 'kind' | 'verdict'>): boolean =>
  (kind === 'fault' || kind === 'load' || kind === 'steady-state') && verdict !== 'pass';

export interface Verdict {
  outcome: Outcome;
  /** One sentence with its numbers. */
  reason: string;
}

type Told = Pick<VariantRecord, 'name' | 'checks' | 'error'>;

/** The outcome of a run from both variants: errored before missing evidence, that before a finding, that before doubt. */
export function decideVerdict(variants: Told[], interrupted: string | null, undoFailures: string[]): Verdict {
  const broken = variants.find(({ error }) => error !== null);
  if (broken?.error) return { outcome: 'errored', reason: `${broken.name}: ${broken.error.message}` };
  if (undoFailures.length > 0) return { outcome: 'errored', reason: `a fault could not be undone: ${undoFailures[0]}` };
  if (interrupted) return { outcome: 'inconclusive', reason: `interrupted by ${interrupted} before it was over` };
  const all = variants.flatMap(({ name, checks }) => checks.map((check) => ({ name, check })));
  const missing = all.find(({ check }) => isMissingEvidence(check));
  if (missing) return { outcome: 'inconclusive', reason: `${missing.name}: ${missing.check.title}: ${missing.check.message}` };
  const failures = all.filter(({ check }) => check.verdict === 'fail');
  if (failures[0]) {
    const { name, check } = failures[0];
    const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : '';
    return { outcome: 'failed', reason: `${name}: not true that ${check.title}: ${check.message}${more}` };
  }
  const open = all.find(({ check }) => check.verdict === 'inconclusive');
  if (open) {
    const { name, check } = open;
    const held = name === 'control' && check.result === 'true';
    const why = held
      ? `the control held although the mechanism was removed, so the experiment proves nothing: ${check.message}`
      : check.message;
    return { outcome: 'inconclusive', reason: `${name}: ${why}` };
  }
  if (variants.length < 2) return { outcome: 'inconclusive', reason: 'control and treatment did not both run' };
  const said = (name: VariantName): string => {
    const of = variants.find((variant) => variant.name === name)?.checks ?? [];
    const criteria = of.filter(({ kind, expected }) => kind === 'criterion' && expected === (name === 'control' ? 'false' : 'true'));
    // A rate with its numbers says more than a statement that holds.
    const main = criteria.find(({ sample }) => sample) ?? criteria[0];
    return main ? main.message.replace(/\.$/, '') : 'as expected';
  };
  return { outcome: 'passed', reason: `control failed as predicted (${said('control')}); treatment held (${said('treatment')}).` };
}
