import type { Experiment } from './experiment.ts';

/** What of an experiment's method would reach beyond its declared blast radius, in sentences; asked before anything is touched. */
export function beyondBlastRadius({ blastRadius, method }: Pick<Experiment, 'blastRadius' | 'method'>): string[] {
  const complaints = method.flatMap((step) => {
    if (step.do !== 'inject') return [];
    const { id, services } = step.fault;
    return services
      .filter((service) => !blastRadius.services.includes(service))
      .map((service) => `fault ${id} touches ${service}, which is not among ${blastRadius.services.join(', ') || 'no services'}`);
  });
  const leastMs = method.reduce((sum, step) => sum + (step.do === 'wait' ? step.durationMs : 0), 0);
  if (leastMs > blastRadius.maxDurationMs)
    complaints.push(`the method waits ${leastMs / 1000} s in all, and may last ${blastRadius.maxDurationMs / 1000} s`);
  return complaints;
}
