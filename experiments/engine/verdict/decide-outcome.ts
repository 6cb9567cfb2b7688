import type { Check, Outcome, VariantName } from '../journal.ts';
import { isEvidence } from './judge.ts';

export interface VariantSeen {
  name: VariantName;
  checks: Check[];
  error: { message: string } | null;
}

export interface Decision {
  outcome: Outcome;
  reason: string;
}
/** `named`: it says what exactly was wrong, so it goes before others. `evidence`: what the run itself lacks. */
type Complaint = Decision & { named?: boolean; evidence?: boolean };

/** Whether a check says that the run proves nothing: the gate was closed, the fault did not bite, the load was not as declared. */
export const isMissingEvidence = ({ kind, verdict }: Pick<Check, 'kind' | 'verdict'>): boolean => verdict !== 'pass' && isEvidence(kind);

/** From the worst: a broken lab, then missing evidence, without which a finding is none, then a finding, then doubt. */
const rankOf = ({ outcome, named, evidence }: Complaint): number =>
  outcome === 'errored' ? 0 : evidence ? 1 : outcome === 'failed' ? (named ? 2 : 3) : 4;

/** The verdict over a run, in one sentence with its numbers. `declared`: the variants that there have to be. */
export function decideOutcome(
  variants: VariantSeen[],
  interrupted: string | null,
  declared: VariantName[] = ['control', 'treatment'],
): Decision {
  if (interrupted) return { outcome: 'inconclusive', reason: `Interrupted by ${interrupted} before the run had its end.` };
  const found = variants.flatMap(complaintsOf);
  for (const name of declared) {
    if (!variants.some((variant) => variant.name === name)) found.push(inconclusive(`The ${name} was not run`));
  }
  found.push(...notToldApart(variants));
  const [worst] = found.sort((a, b) => rankOf(a) - rankOf(b));
  if (!worst) return { outcome: 'passed', reason: praise(variants) };
  const others = found.filter(({ outcome, reason }) => outcome === worst.outcome && reason !== worst.reason).length;
  return { outcome: worst.outcome, reason: `${worst.reason}${others > 0 ? ` (and ${others} more)` : ''}.` };
}

/**
 * What the control has to fail is what the treatment is held to. Where the control was asked no such thing, or the treatment none of them (about
 * a fault that the method leaves out), they are not told apart; where one was stopped, or asked nothing at all, that is told of it alone.
 */
function notToldApart(variants: VariantSeen[]): Complaint[] {
  const asked = (name: VariantName): Check[] => variants.find((variant) => variant.name === name)?.checks ?? [];
  const [control, treatment] = [asked('control'), asked('treatment')];
  const criteria = (checks: Check[]): Check[] => checks.filter(({ kind }) => kind === 'criterion');
  const wasStopped = [...control, ...treatment].some(({ kind, verdict }) => kind === 'guard' && verdict !== 'pass');
  if (wasStopped || criteria(control).length === 0 || criteria(treatment).length === 0) return [];
  const failing = criteria(control).filter(({ expected }) => expected === 'false');
  if (failing.some(({ id }) => treatment.some((check) => check.id === id))) return [];
  const reason =
    failing.length === 0
      ? 'The control was asked nothing that it has to fail, so the run proves nothing'
      : `The treatment was not asked what the control has to fail: ${failing.map(({ title }) => title).join('; ')}`;
  return [{ ...inconclusive(reason), evidence: true }];
}

const inconclusive = (reason: string): Decision => ({ outcome: 'inconclusive', reason });

function complaintsOf({ name, checks, error }: VariantSeen): Complaint[] {
  if (error) return [{ outcome: 'errored', reason: `The ${name} could not be run to its end: ${error.message}` }];
  const complaints = checks.flatMap((check) => complaintOf(check, name) ?? []);
  return checks.some(({ kind }) => kind === 'criterion') ? complaints : [...complaints, inconclusive(`The ${name} answered no question`)];
}

function complaintOf(check: Check, variant: VariantName): Complaint | undefined {
  if (check.verdict === 'pass') return undefined;
  const { message } = check;
  const lacking = (reason: string): Complaint => ({ ...inconclusive(`In the ${variant} ${reason}: ${message}`), evidence: true });
  if (check.kind === 'fault') return lacking('the fault did not bite');
  if (check.kind === 'load') return lacking('the load was not as declared');
  if (check.kind === 'guard') return lacking('what must not break did, so the method was stopped');
  if (check.kind === 'steady-state') return lacking('the steady state did not hold before the fault');
  if (check.verdict === 'inconclusive') {
    // Too few requests to say that the control held, but none of them was harmed.
    const { expected, sample } = check;
    const unharmed = variant === 'control' && expected === 'false' && sample !== undefined && sample.successes === sample.trials;
    return { ...inconclusive(`In the ${variant} the evidence does not suffice: ${message}`), evidence: unharmed };
  }
  if (variant === 'treatment') {
    return { outcome: 'failed', reason: `${sentence(check.title)} did not hold: ${message}`, named: (check.findings ?? []).length > 0 };
  }
  if (variant !== 'control') {
    return inconclusive(
      `The variant ${variant} came out otherwise than predicted (${check.title}: ${check.expected} expected): ${message}`,
    );
  }
  return check.expected === 'false'
    ? // What the control did not suffer from, the fault did not bring: a finding about the treatment would be none.
      { ...inconclusive(`The control held although the mechanism is removed, so the run proves nothing: ${message}`), evidence: true }
    : inconclusive(`The control broke in a way that was not predicted: ${message}`);
}

/** The criterion that tells the two apart, in both. */
function praise(variants: VariantSeen[]): string {
  const told = variants.find(({ name }) => name === 'control')?.checks.find(({ expected }) => expected === 'false');
  const held = variants.find(({ name }) => name === 'treatment')?.checks.filter(({ kind }) => kind === 'criterion') ?? [];
  const main = held.find(({ id }) => id === told?.id) ?? held[0];
  const rest = held.length - 1;
  const others = variants
    .filter(({ name }) => name !== 'control' && name !== 'treatment')
    .map(({ name, checks }) => `; ${name} came out as predicted: ${checks.find(({ id }) => id === (told ?? main)?.id)?.message}`);
  return `The treatment held: ${main?.message}${rest > 0 ? `, and ${rest} more criteria` : ''}; the control failed as predicted: ${told?.message}${others.join('')}.`;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
