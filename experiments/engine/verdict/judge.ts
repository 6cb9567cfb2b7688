import type { CheckDraft } from '../experiment.ts';
import type { Check, VariantName } from '../journal.ts';

const mostFindings = 50;

/** Compares what was observed with what had to come out in this variant: in the treatment every statement has to be true. */
export function judge({ expectedInControl, kind = 'criterion', ...draft }: CheckDraft, variant: VariantName): Check {
  const expected = variant === 'treatment' ? 'true' : expectedInControl;
  const verdict = draft.result === 'unknown' ? 'inconclusive' : draft.result === expected ? 'pass' : 'fail';
  return { ...draft, kind, expected, verdict, ...(draft.findings && { findings: draft.findings.slice(0, mostFindings) }) };
}
