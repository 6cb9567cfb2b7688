import type { Probe } from '../engine/experiment.ts';
import { isPodReady } from '../engine/kube/workloads.ts';
import { podsOf } from '../faults/pods-of.ts';

/** Whether exactly so many Pods with these labels are Ready. */
export const podsReady = (labelSelector: string, count: number): Probe => ({
  id: `${count}-ready`,
  title: `${count} Pod${count === 1 ? '' : 's'} with ${labelSelector} ${count === 1 ? 'is' : 'are'} Ready`,
  async ask(lab) {
    const ready = (await podsOf(lab, labelSelector)).filter(isPodReady).length;
    return { holds: ready === count, observed: `${ready} Ready` };
  },
});
