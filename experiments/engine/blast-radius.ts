import { Inconclusive } from './errors.ts';
import type { Experiment } from './experiment.ts';

/** Throws where a fault would touch what the experiment does not declare; looked at before anything is injected. */
export function checkBlastRadius({ name, blastRadius, method }: Experiment): void {
  for (const step of method) {
    if (step.do !== 'inject') continue;
    const outside = step.fault.services.filter((service) => !blastRadius.services.includes(service));
    if (outside.length > 0) {
      throw new Inconclusive(
        `${name}: fault ${step.fault.id} touches ${outside.join(', ')}, which its blast radius (${blastRadius.services.join(', ')}) does not allow`,
      );
    }
  }
}
