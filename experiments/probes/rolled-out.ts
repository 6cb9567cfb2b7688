import type { Probe } from '../engine/experiment.ts';
import { untilRolledOut } from '../faults/rollout.ts';

/** Whether the rollout of a Deployment is over and the last old Pod is gone. */
export const rolledOut = (deployment: string): Probe => ({
  id: `${deployment}-rolled-out`,
  title: `Deployment ${deployment} is rolled out`,
  async ask(lab) {
    const { done, observed } = await untilRolledOut(lab, deployment);
    return { holds: done, observed };
  },
});
