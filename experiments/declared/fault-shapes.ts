import { z } from 'zod';
import type { Fault } from '../engine/experiment.ts';
import { containerKill } from '../faults/container-kill.ts';
import { eventLoopHang } from '../faults/event-loop-hang.ts';
import { healthFailure } from '../faults/health-failure.ts';
import { networkToxic } from '../faults/network-toxic.ts';
import { podDelete } from '../faults/pod-delete.ts';
import { processKill } from '../faults/process-kill.ts';
import { release } from '../faults/release.ts';
import { rollout } from '../faults/rollout.ts';
import { scaleOut } from '../faults/scale-out.ts';
import { scaleToZero } from '../faults/scale-to-zero.ts';
import { duration, filled, name, port, positive } from './fields.ts';

const common = {
  id: name.describe('by which the method undoes it and criteria speak of it'),
  biteWithin: duration.optional().describe('how long it may take until it is seen to act'),
};
const labelSelector = filled.optional().describe('of the Pods, which have to be behind the Service; app=<service> if absent');
const chaosPort = port.optional().describe('the chaos port of the shop’s services, which SHOPLAB_CHAOS=1 opens');
const status = z.int().min(100).max(599);
const toxic = z.strictObject({
  type: z.enum(['latency', 'bandwidth', 'timeout', 'reset_peer', 'slow_close', 'slicer', 'limit_data']),
  name: filled.optional(),
  stream: z.enum(['upstream', 'downstream']).optional(),
  toxicity: z.number().min(0).max(1).optional(),
  attributes: z.record(filled, z.number()).default({}).describe('as Toxiproxy names them: latency, jitter, rate, timeout, delay, bytes, …'),
});

/** A fault as a file declares it, by the name it has in reports. */
export const faultShape = z.discriminatedUnion('fault', [
  z.strictObject({
    fault: z.literal('pod-delete'),
    ...common,
    service: name,
    labelSelector,
    gracePeriodSeconds: z.int().min(0).optional(),
  }),
  z.strictObject({
    fault: z.literal('container-kill'),
    ...common,
    service: name,
    labelSelector,
    container: name.optional(),
    signal: z.enum(['TERM', 'INT', 'HUP']).optional(),
  }),
  z.strictObject({ fault: z.literal('scale-to-zero'), ...common, deployment: name, port }),
  z.strictObject({ fault: z.literal('scale-out'), ...common, deployment: name, replicas: positive }),
  z
    .strictObject({
      fault: z.literal('rollout'),
      ...common,
      deployment: name,
      container: name.optional(),
      image: filled.optional(),
      env: z.record(filled, filled).optional(),
      annotations: z.record(filled, filled).optional(),
    })
    .refine(
      ({ image, env, annotations }) => image !== undefined || env !== undefined || annotations !== undefined,
      'changes nothing: give image, env or annotations',
    ),
  z.strictObject({
    fault: z.literal('network-toxic'),
    ...common,
    service: name,
    port,
    path: filled.optional(),
    toxics: z.array(toxic).min(1),
  }),
  z.strictObject({ fault: z.literal('process-kill'), ...common, service: name, chaosPort }),
  z.strictObject({ fault: z.literal('event-loop-hang'), ...common, service: name, port, path: filled.optional(), chaosPort }),
  z.strictObject({
    fault: z.literal('health-failure'),
    ...common,
    service: name,
    port,
    live: status.optional(),
    ready: status.optional(),
    path: filled.optional(),
    chaosPort,
  }),
  z.strictObject({
    fault: z.literal('release'),
    id: common.id,
    service: name,
    version: filled,
    defect: filled.default('none').describe('DEFECT for the pipeline: what is built into this version'),
    variables: z.record(filled, z.string()).optional().describe('more variables for buildspec.yml'),
  }),
]);

type DeclaredFault = z.output<typeof faultShape>;

/** The fault that is meant. */
export function faultOf(fault: DeclaredFault): Fault {
  if (fault.fault === 'release') return release(given(fault));
  const { biteWithin, ...declared } = fault;
  const within = { biteWithinMs: biteWithin };
  switch (declared.fault) {
    case 'pod-delete':
      return podDelete(given({ ...declared, ...within }));
    case 'container-kill':
      return containerKill(given({ ...declared, ...within }));
    case 'scale-to-zero':
      return scaleToZero(given({ ...declared, ...within }));
    case 'scale-out':
      return scaleOut(given({ ...declared, readyWithinMs: biteWithin }));
    case 'rollout':
      return rollout(given({ ...declared, ...within }));
    case 'network-toxic':
      return networkToxic(given({ ...declared, ...within, toxics: declared.toxics.map(given) }));
    case 'process-kill':
      return processKill(given({ ...declared, ...within }));
    case 'event-loop-hang':
      return eventLoopHang(given({ ...declared, ...within }));
    case 'health-failure':
      return healthFailure(given({ ...declared, ...within }));
  }
}

/** Without what was left out, so that defaults hold. */
type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};
const given = <T extends object>(options: T): Given<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
