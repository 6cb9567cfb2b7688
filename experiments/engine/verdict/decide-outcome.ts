import type { Check, Outcome, VariantName } from '../journal.ts';

export interface VariantSeen {
  name: VariantName;
  checks: Check[];
  error: { message: string } | null;
}

export interface Decision {
  outcome: Outcome;
  reason: string;
}
/** `named`: it says what exactly was wrong, so it goes before others. */
type Complaint = Decision & { named?: boolean };

/** The four outcomes from the worst; a run that has reasons for several is the first of them. */
const order: Outcome[] = ['errored', 'failed', 'inconclusive', 'passed'];

/** The verdict over a run, in one sentence with its numbers. */
export function decideOutcome(variants: VariantSeen[], interrupted: string | null): Decision {
  if (interrupted) return { outcome: 'inconclusive', reason: `Interrupted by ${interrupted} before the run had its end.` };
  const found = variants.flatMap(complaintsOf);
  for (const name of ['control', 'treatment'] as const) {
    if (!variants.some((variant) => variant.name === name)) found.push(inconclusive(`The ${name} was not run`));
  }
  const rank = ({ outcome, named }: Complaint): number => order.indexOf(outcome) * 2 - Number(named ?? false);
  const [worst] = found.sort((a, b) => rank(a) - rank(b));
  if (!worst) return { outcome: 'passed', reason: praise(variants) };
  const others = found.filter(({ outcome, reason }) => outcome === worst.outcome && reason !== worst.reason).length;
  return { outcome: worst.outcome, reason: `${worst.reason}${others > 0 ? ` (and ${others} more)` : ''}.` };
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
  if (check.kind === 'fault') return inconclusive(`In the ${variant} the fault did not bite: ${message}`);
  if (check.kind === 'load') return inconclusive(`In the ${variant} the load was not as declared: ${message}`);
  if (check.verdict === 'inconclusive') return inconclusive(`In the ${variant} the evidence does not suffice: ${message}`);
  if (variant === 'treatment') {
    return { outcome: 'failed', reason: `${sentence(check.title)} did not hold: ${message}`, named: (check.findings ?? []).length > 0 };
  }
  return check.expected === 'false'
    ? inconclusive(`The control held although the mechanism is removed, so the run proves nothing: ${message}`)
    : inconclusive(`The control broke in a way that was not predicted: ${message}`);
}

/** The criterion that tells the two apart, in both. */
function praise(variants: VariantSeen[]): string {
  const told = variants.find(({ name }) => name === 'control')?.checks.find(({ expected }) => expected === 'false');
  const held = variants.find(({ name }) => name === 'treatment')?.checks.filter(({ kind }) => kind === 'criterion') ?? [];
  const main = held.find(({ id }) => id === told?.id) ?? held[0];
  const rest = held.length - 1;
  return `The treatment held: ${main?.message}${rest > 0 ? `, and ${rest} more criteria` : ''}; the control failed as predicted: ${told?.message ?? 'nothing was predicted of it'}.`;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
