import { setTimeout as pause } from 'node:timers/promises';
import { expandAll, literalVariables } from '../environment/environment.ts';
import type { Container } from '../pods/pod.ts';
import { get } from '../probes/http-probe.ts';
import { portNumber } from '../probes/probe-port.ts';
import type { RunningContainer } from '../runtimes/runtime.ts';
import type { PodContext } from './pod-context.ts';

export type Hook = NonNullable<NonNullable<Container['lifecycle']>['preStop']>;

/** Runs a postStart or preStop to its end; rejects where it fails or the signal aborts (pkg/kubelet/lifecycle/handlers.go). */
export async function runHook(
  hook: Hook,
  container: Container,
  running: RunningContainer,
  { podIP, runtime }: Pick<PodContext, 'podIP' | 'runtime'>,
  signal: AbortSignal,
): Promise<void> {
  const { exec, httpGet, sleep, tcpSocket } = hook;
  if (exec) {
    const code = await running.exec(expandAll(exec.command, literalVariables(container)) ?? [], {}, signal);
    if (code !== 0) throw new Error(`command ${JSON.stringify(exec.command)} exited with ${code}`);
  } else if (httpGet) {
    const host = httpGet.host ?? podIP;
    const path = httpGet.path ?? '/';
    const address = `${host.includes(':') ? `[${host}]` : host}:${portNumber(httpGet.port, container)}`;
    // Any answer will do: the status is not looked at.
    await get(
      runtime.dial,
      new URL(`${(httpGet.scheme ?? 'HTTP').toLowerCase()}://${address}${path.startsWith('/') ? '' : '/'}${path}`),
      httpGet.httpHeaders ?? [],
      signal,
    );
  } else if (sleep) await pause(sleep.seconds * 1000, undefined, { signal });
  else throw new Error(tcpSocket ? 'tcpSocket is not a lifecycle handler' : 'invalid handler: it has none of exec, httpGet, sleep');
}
