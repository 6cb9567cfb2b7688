import type { Probe } from '../engine/experiment.ts';

/** Whether a Service answers a GET with this status. */
export const httpStatus = (service: string, port: number, path: string, status = 200): Probe => ({
  id: `${service}-answers`,
  title: `GET ${service}${path} answers ${status}`,
  async ask(lab) {
    const answer = await lab.http(service, port, 'GET', path);
    return { holds: answer.status === status, observed: `answered ${answer.status}` };
  },
});
