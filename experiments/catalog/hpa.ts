import type { Experiment, Step } from '../engine/experiment.ts';
import { rampingArrivalRate } from '../load/ramping-arrival-rate.ts';
import { deploymentAvailable } from '../probes/deployment-available.ts';
import { httpStatus } from '../probes/http-status.ts';
import { latencyAtEnd } from '../probes/scaling/latency-at-end.ts';
import { loadBit } from '../probes/scaling/load-bit.ts';
import { busiestPodCpu, wantedReplicas } from '../probes/scaling/pod-cpu.ts';
import { readAutoscaling } from '../probes/scaling/read-autoscaling.ts';
import { scales } from '../probes/scaling/scales.ts';
import { loadPhases } from '../probes/scaling/scaling-story.ts';
import { databaseHolds } from './shared/database-holds.ts';

const service = 'order';
const port = 8081;
const [least, most] = [1, 3];
/** One Pod bears 14 to 18 requests a second, by REQUEST_COST_MS and its limit in the overlays. */
const [calm, high] = [1, 20];
/** With a sync period and metrics of 5 s each, what they imply ends well before the high load does. */
const phasesMs = { calm: 4000, rise: 3000, stay: 28_000, fall: 2000 };
const timeoutMs = 5000;
const limitMs = 1000;
/** 45 % of 200m, and the tenth that an autoscaler tolerates. */
const targetCores = 0.45 * 0.2 * 1.1;

const phase = (title: string, durationMs: number): Step => ({ do: 'wait', title, durationMs });

export const experiment: Experiment = {
  name: 'hpa',
  title: 'More load than one Pod bears',
  description:
    'Requests to order rise to more than its one Pod can answer within its CPU limit, stay so for a while, and fall again. Without an autoscaler requests are late to the end. With one there are three Pods as soon as its periods imply, latency recovers, and one Pod is left when the load is over.',
  tags: ['course', 'autoscaling'],
  hypothesis:
    'With a HorizontalPodAutoscaler order grows from one Pod to three under load, latency recovers, and it shrinks again, without flapping',
  blastRadius: { services: [service], pods: `all Pods of ${service}`, maxDurationMs: 240_000 },
  variants: {
    control: { overlay: 'overlays/hpa/control', difference: `nothing scales ${service}: it has one Pod` },
    treatment: { overlay: 'overlays/hpa/treatment', difference: `a HorizontalPodAutoscaler scales ${service} by the CPU of its Pods` },
  },
  sideBySide: 'light',
  // Of metrics-server's, whose means are of 10 to 20 s, the load has to stay high for longer.
  loadMsWithLateMetrics: 60_000,
  abortOn: [databaseHolds],
  steadyState: [httpStatus(service, port, '/health/ready'), httpStatus(service, port, '/orders?limit=1'), deploymentAvailable(service)],
  baseline: (lab) => readAutoscaling(lab, service),
  load: rampingArrivalRate({
    startRate: calm,
    stages: [
      { target: calm, durationMs: phasesMs.calm },
      { target: high, durationMs: phasesMs.rise },
      { target: high, durationMs: phasesMs.stay },
      { target: calm, durationMs: phasesMs.fall },
    ],
    // All that can wait before it times out, and as many again.
    maxVUs: (2 * high * timeoutMs) / 1000,
    gracefulStopMs: timeoutMs,
    request: {
      service,
      port,
      method: 'GET',
      path: '/orders?limit=1',
      // A connection that is kept stays with its Pod: new Pods would get nothing to do.
      headers: { connection: 'close' },
      timeoutMs,
    },
    expectStatuses: [200],
  }),
  gauges: () => [wantedReplicas(service), busiestPodCpu(service)],
  method: [
    phase('little load', phasesMs.calm),
    phase(loadPhases.rise, phasesMs.rise),
    phase(loadPhases.stay, phasesMs.stay),
    phase(loadPhases.fall, phasesMs.fall),
    {
      only: 'treatment',
      do: 'await',
      id: 'scaled-down',
      title: `${service} is back to ${least} Pod`,
      timeoutMs: 90_000,
      async until(lab) {
        const replicas = await wantedReplicas(service).read(lab);
        return { done: replicas === least, observed: `${replicas} Pods wanted` };
      },
    },
    phase('little load again', 1000),
  ],
  criteria: [
    loadBit({ service, targetCores }),
    latencyAtEnd({ service, limitMs, most, lastMs: 8000, expectedInControl: 'false' }),
    scales({ deployment: service, least, most, limitMs }),
  ],
};
