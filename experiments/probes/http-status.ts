import type { Probe } from '../engine/experiment.ts';

/** Whether a Service answers a GET with a status. */
export const httpStatus = (service: string, port: number, path: string, status = 200): Probe => ({
  id: `${service}${path}`,
  title: `GET ${service}${path} answers ${status}`,
  async ask(lab) {
    try {
      const answer = await lab.http(service, port, 'GET', path);
      return { holds: answer.status === status, observed: `${service}${path} answers ${answer.status}` };
    } catch (error) {
      return { holds: false, observed: `${service}${path}: ${(error as Error).message}` };
    }
  },
});
