import { z } from 'zod';
import type { Probe } from '../engine/experiment.ts';
import { deploymentAvailable } from '../probes/deployment-available.ts';
import { httpStatus } from '../probes/http-status.ts';
import { podsReady } from '../probes/pods-ready.ts';
import { rolledOut } from '../probes/rolled-out.ts';
import { filled, name, port } from './fields.ts';

const http = z.strictObject({
  service: name,
  port,
  path: z.string().regex(/^\//, 'begins with /').default('/'),
  status: z.int().min(100).max(599).default(200),
});
const deployment = z.strictObject({ name });
const pods = z.strictObject({
  labelSelector: filled,
  ready: z.int().min(0).describe('exactly so many are Ready'),
});

/** A question about the system, as a file asks it. */
export const probeShape = z.union(
  [
    z.strictObject({ http: http.describe('the Service answers a GET with this status') }),
    z.strictObject({ available: deployment.describe('all wanted replicas of the Deployment are available') }),
    z.strictObject({ rolledOut: deployment.describe('its rollout is over and the last old Pod is gone; Pods by app=<name>') }),
    z.strictObject({ pods: pods.describe('so many Pods are Ready') }),
  ],
  { error: 'is one of: http: {service, port, path, status}; available: {name}; rolledOut: {name}; pods: {labelSelector, ready}' },
);

/** The probe that is meant. */
export function probeOf(declared: z.output<typeof probeShape>): Probe {
  if ('http' in declared) {
    const { service, port: number, path, status } = declared.http;
    return httpStatus(service, number, path, status);
  }
  if ('available' in declared) return deploymentAvailable(declared.available.name);
  if ('rolledOut' in declared) return rolledOut(declared.rolledOut.name);
  return podsReady(declared.pods.labelSelector, declared.pods.ready);
}
