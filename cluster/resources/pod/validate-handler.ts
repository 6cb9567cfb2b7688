import type { V1LifecycleHandler, V1Probe } from '@kubernetes/client-node';
import type { Wire } from '../../api/object.ts';
import { forbidden, invalidValue, nonNegative, notSupported, required } from '../causes.ts';
import { nameErrors, portErrors } from '../names.ts';
import type { Cause } from '../resource.ts';

/** What is wrong with what a probe or a hook does. */
export function handlerCauses(path: string, handler: Wire<V1LifecycleHandler & V1Probe> | Wire<V1LifecycleHandler> | undefined): Cause[] {
  if (!handler) return [];
  const found = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'].filter(
    (kind) => (handler as Record<string, unknown>)[kind] !== undefined,
  );
  if (found.length === 0) return [required(path, 'must specify a handler type')];
  const more = found.slice(1).map((kind) => forbidden(`${path}.${kind}`, 'may not specify more than 1 handler type'));
  const { exec, httpGet, tcpSocket } = handler;
  return [
    ...more,
    ...(exec && !exec.command?.length ? [required(`${path}.exec.command`)] : []),
    ...(httpGet && !['HTTP', 'HTTPS'].includes(httpGet.scheme ?? '')
      ? [notSupported(`${path}.httpGet.scheme`, httpGet.scheme, ['HTTP', 'HTTPS'])]
      : []),
    ...(httpGet ? targetPort(`${path}.httpGet.port`, httpGet.port) : []),
    ...(tcpSocket ? targetPort(`${path}.tcpSocket.port`, tcpSocket.port) : []),
  ];
}

/** A port by number or name. */
export const targetPort = (path: string, port: unknown): Cause[] =>
  typeof port === 'number'
    ? portErrors(port).map((why) => invalidValue(path, port, why))
    : nameErrors('port name', String(port ?? '')).map((why) => invalidValue(path, String(port ?? ''), why));

/** How long preStop may sleep. */
export function sleepCauses(path: string, seconds: number | undefined, graceSeconds: number): Cause[] {
  if (seconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return [];
  return [
    invalidValue(
      path,
      seconds,
      `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds}). Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.`,
    ),
  ];
}

/** What is wrong with a probe. */
export function probeCauses(path: string, probe: Wire<V1Probe> | undefined, type: 'liveness' | 'readiness' | 'startup'): Cause[] {
  if (!probe) return [];
  const numbers = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;
  return [
    ...handlerCauses(path, probe),
    ...numbers.flatMap((name) => nonNegative(`${path}.${name}`, probe[name])),
    ...(type !== 'readiness' && (probe.successThreshold ?? 1) !== 1
      ? [invalidValue(`${path}.successThreshold`, probe.successThreshold, 'must be 1')]
      : []),
    ...(type === 'readiness' && probe.terminationGracePeriodSeconds !== undefined
      ? [invalidValue(`${path}.terminationGracePeriodSeconds`, probe.terminationGracePeriodSeconds, 'must not be set for readinessProbes')]
      : []),
    ...(type !== 'readiness' && probe.terminationGracePeriodSeconds !== undefined && probe.terminationGracePeriodSeconds <= 0
      ? [invalidValue(`${path}.terminationGracePeriodSeconds`, probe.terminationGracePeriodSeconds, 'must be greater than 0')]
      : []),
  ];
}
