import type { Probe } from '../engine/experiment.ts';

/** Whether a service of the shop is a member of its consumer group: it may serve requests before it takes events. */
export const consumes = (service: string, port: number): Probe => ({
  id: `${service}-consumes`,
  title: `${service} takes events`,
  async ask(lab) {
    const { status, body } = await lab.http(service, port, 'GET', '/actuator/health');
    const state = (body as { components?: { consumer?: string } } | null)?.components?.consumer ?? `nothing (status ${status})`;
    return { holds: state === 'UP', observed: `its consumer is ${state}` };
  },
});
