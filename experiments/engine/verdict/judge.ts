import type { CheckDraft } from '../experiment.ts';
import type { Check, CheckKind, VariantName } from '../journal.ts';

const mostFindings = 50;

/** What a run needs to prove anything: that the gate was open, the fault bit, the load was as declared, and the method came to its end. */
export const isEvidence = (kind: CheckKind): boolean => kind === 'steady-state' || kind === 'fault' || kind === 'load' || kind === 'guard';

/**
 * Compares what was observed with what had to come out in this variant: in the treatment every statement has to be true. Where evidence is
 * missing nothing is found, so that is inconclusive, not a failure. `expects`: what a further variant declares, by the id of the check.
 */
export function judge(
  { expectedInControl, dependsOnSpeed: _told, kind = 'criterion', ...draft }: CheckDraft,
  variant: VariantName,
  expects: Record<string, 'true' | 'false'> = {},
): Check {
  const expected = variant === 'control' ? expectedInControl : variant === 'treatment' ? 'true' : (expects[draft.id] ?? 'true');
  const verdict = draft.result === expected ? 'pass' : draft.result === 'unknown' || isEvidence(kind) ? 'inconclusive' : 'fail';
  return { ...draft, kind, expected, verdict, ...(draft.findings && { findings: draft.findings.slice(0, mostFindings) }) };
}
