import type { Experiment } from '../engine/experiment.ts';

const placeholder: Experiment = {
  name: 'async-decoupling',
  title: 'Asynchronous decoupling',
  description: 'Stands in until the experiments are here.',
  tags: ['messaging'],
  hypothesis: 'While delivery is down every order is accepted, and after it is back each is delivered exactly once.',
  blastRadius: { services: ['delivery'], pods: 'all Pods of Deployment delivery', maxDurationMs: 60_000 },
  variants: {
    control: { overlay: 'overlays/async-decoupling/control', difference: 'order calls delivery over HTTP' },
    treatment: { overlay: 'overlays/async-decoupling/treatment', difference: 'order writes an event to its outbox' },
  },
  steadyState: [],
  load: {
    executor: 'constant-arrival-rate',
    rate: 30,
    maxVUs: 100,
    gracefulStopMs: 5000,
    request: { service: 'order', port: 8081, method: 'POST', path: '/orders', timeoutMs: 5000 },
    expectStatuses: [201],
  },
  method: [{ do: 'wait', title: 'see the steady state', durationMs: 10_000 }],
  criteria: [],
};

export const listExperiments = (): Experiment[] => [placeholder];
export const findExperiment = (name: string): Experiment | undefined => listExperiments().find((experiment) => experiment.name === name);
