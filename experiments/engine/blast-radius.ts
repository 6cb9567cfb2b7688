import type { Experiment, Step } from './experiment.ts';

/** What of an experiment's method would reach beyond its declared blast radius, in sentences; asked before anything is touched. */
export function beyondBlastRadius({ blastRadius, method }: Pick<Experiment, 'blastRadius' | 'method'>): string[] {
  const complaints = method.flatMap((step) => {
    if (step.do !== 'inject') return [];
    const { id, services } = step.fault;
    return services
      .filter((service) => !blastRadius.services.includes(service))
      .map((service) => `fault ${id} touches ${service}, which is not among ${blastRadius.services.join(', ') || 'no services'}`);
  });
  const { mostPods } = blastRadius;
  if (mostPods !== undefined) complaints.push(...tooManyPods(method, mostPods));
  const leastMs = method.reduce((sum, step) => sum + (step.do === 'wait' ? step.durationMs : 0), 0);
  if (leastMs > blastRadius.maxDurationMs)
    complaints.push(`the method waits ${leastMs / 1000} s in all, and may last ${blastRadius.maxDurationMs / 1000} s`);
  return complaints;
}

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
