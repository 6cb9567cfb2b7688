import type { Criterion, Experiment, Fault } from '../../engine/experiment.ts';
import { restartsOf } from '../../faults/chaos-port.ts';
import { podsOf } from '../../faults/pods-of.ts';
import { constantArrivalRate } from '../../load/constant-arrival-rate.ts';
import { consumes } from '../../probes/consumes.ts';
import { deploymentAvailable } from '../../probes/deployment-available.ts';
import { httpStatus } from '../../probes/http-status.ts';
import { allAnswerAtEnd, podsAnswering } from '../../probes/pods-answering.ts';
import { heals } from '../../probes/self-healing/heals.ts';
import type { Symptom } from '../../probes/self-healing/implied-windows.ts';
import { databaseHolds } from './database-holds.ts';

/** The service that is broken: it only reads, so a request that is lost is lost and nothing else. */
export const service = 'product';
export const port = 8083;
/** So many Pods the overlays have: one breaks, the other serves. */
export const pods = 2;

const rate = 40;
const timeoutMs = 2000;
/** Each takes its turn again when its former request would have timed out: none of them still waits when it is due. */
const connections = (rate * timeoutMs * 1.25) / 1000;
/** Beyond what the treatment's probe may take in all. */
const neverAfterMs = 11_500;

export interface SelfHealing {
  name: string;
  title: string;
  description: string;
  tags: string[];
  hypothesis: string;
  fault: Fault;
  symptom: Symptom;
  criteria: Criterion[];
}

/** An experiment in which one Pod of two breaks under load: its liveness probe is removed (control) or in place (treatment). */
export function selfHealing({ fault, symptom, criteria, ...told }: SelfHealing): Experiment {
  return {
    ...told,
    blastRadius: { services: [service], pods: `one Pod of ${service}`, mostPods: 1, maxDurationMs: 120_000 },
    variants: {
      control: { overlay: `overlays/${told.name}/control`, difference: `${service} has no liveness probe` },
      treatment: { overlay: `overlays/${told.name}/treatment`, difference: `${service} has a liveness probe` },
    },
    sideBySide: 'light',
    abortOn: [databaseHolds],
    steadyState: [httpStatus(service, port, '/health/ready'), deploymentAvailable(service), consumes(service, port)],
    load: constantArrivalRate({
      rate,
      maxVUs: (4 * rate * timeoutMs) / 1000,
      connections,
      maxLatenessMs: 500,
      gracefulStopMs: timeoutMs,
      request: { service, port, method: 'GET', path: '/products/1', timeoutMs },
      expectStatuses: [200],
    }),
    gauges: () => [podsAnswering({ service, port, path: '/health/live' })],
    method: [
      { do: 'wait', title: 'every connection has been used', durationMs: 4000 },
      { do: 'inject', fault },
      { only: 'control', do: 'wait', title: 'nobody restarts it', durationMs: neverAfterMs + 500 },
      {
        only: 'treatment',
        do: 'await',
        id: 'healed',
        title: 'the broken Pod is restarted and all Pods are Ready',
        timeoutMs: 40_000,
        async until(lab) {
          const { holds, observed } = await deploymentAvailable(service).ask(lab);
          const restarts = (await podsOf(lab, `app=${service}`)).reduce((sum, pod) => sum + restartsOf(pod), 0);
          return { done: holds && restarts > 0, observed: `${restarts} restarts, ${observed}` };
        },
      },
      { only: 'treatment', do: 'wait', title: 'it stays so', durationMs: 1500 },
      { do: 'undo', fault: fault.id },
    ],
    criteria: [
      heals({ fault: fault.id, symptom, container: service, neverAfterMs }),
      allAnswerAtEnd({ fault: fault.id, pods }),
      ...criteria,
    ],
  };
}
