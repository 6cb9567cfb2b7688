import type { Scenario } from '../../engine/experiment.ts';
import { startK6 } from './k6-load.ts';

export interface K6Scripted {
  /** Absolute path. */
  script: string;
  /** As it is called in reports. */
  name: string;
  /** Whose address the script gets as `__ENV.ORIGIN`. */
  service: string;
  port: number;
  gracefulStopMs: number;
}

/** k6's own, where a script says nothing. */
const usualTimeoutMs = 60_000;

/** A load that is a script for k6 of somebody's own, with its own scenarios. What counts as success the script says (`expected_response`). */
export const k6Scripted = ({ script, name, service, port, gracefulStopMs }: K6Scripted): Scenario => ({
  executor: 'k6',
  rate: null,
  maxVUs: 1,
  script,
  gracefulStopMs,
  request: { service, port, method: 'k6', path: `: ${name}`, timeoutMs: usualTimeoutMs },
  expectStatuses: [],
  start: startK6,
});
