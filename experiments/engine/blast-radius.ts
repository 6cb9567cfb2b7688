import type { Experiment, Fault, Step } from './experiment.ts';
import { waitsOf } from './overrides.ts';

/** What of an experiment's method would reach beyond its declared blast radius, in sentences; asked before anything is touched. */
export function beyondBlastRadius({ blastRadius, method }: Pick<Experiment, 'blastRadius' | 'method'>): string[] {
  const { services: allowed, mostPods, maxDurationMs } = blastRadius;
  const complaints = (['control', 'treatment'] as const).flatMap((variant) => {
    const steps = method.filter(({ only }) => only === undefined || only === variant);
    const leastMs = waitsOf(steps);
    return [
      ...steps.flatMap((step) => (step.do === 'inject' ? strangers(step.fault, allowed) : [])),
      ...(mostPods === undefined ? [] : tooManyPods(steps, mostPods)),
      ...(leastMs > maxDurationMs
        ? [`the method waits ${Math.round(leastMs / 100) / 10} s in all, and may last ${maxDurationMs / 1000} s`]
        : []),
    ];
  });
  return [...new Set(complaints)];
}

const strangers = ({ id, services }: Fault, allowed: string[]): string[] =>
  services
    .filter((service) => !allowed.includes(service))
    .map((service) => `fault ${id} touches ${service}, which is not among ${allowed.join(', ') || 'no services'}`);

/** Where more Pods would be broken at the same time than may be: a fault is in until the method undoes it. */
function tooManyPods(method: Step[], most: number): string[] {
  const complaints: string[] = [];
  const active = new Map<string, number>();
  for (const step of method) {
    if (step.do === 'undo') active.delete(step.fault);
    if (step.do !== 'inject') continue;
    const { id, pods, services } = step.fault;
    active.set(id, pods === 'all' ? Number.POSITIVE_INFINITY : pods);
    const broken = [...active.values()].reduce((sum, count) => sum + count, 0);
    if (broken > most)
      complaints.push(
        `fault ${id} breaks ${pods === 'all' ? `all Pods of ${services.join(', ')}` : `a Pod, which makes ${broken}`}, and at most ${most} may be broken at a time`,
      );
  }
  return complaints;
}
