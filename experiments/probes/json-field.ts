import type { Probe } from '../engine/experiment.ts';

/** Whether a field of a Service's JSON answer has a value; `field` is a path of keys. */
export const jsonField = (service: string, port: number, path: string, field: string[], value: unknown, title: string): Probe => ({
  id: `${service}${path}#${field.join('.')}`,
  title,
  async ask(lab) {
    try {
      const { body } = await lab.http(service, port, 'GET', path);
      const found = field.reduce<unknown>((here, key) => (here as Record<string, unknown> | undefined)?.[key], body);
      return { holds: found === value, observed: `${field.join('.')} of ${service}${path} is ${JSON.stringify(found)}` };
    } catch (error) {
      return { holds: false, observed: `${service}${path}: ${(error as Error).message}` };
    }
  },
});
