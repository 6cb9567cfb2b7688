import type { Dial } from '../../dial.ts';
import { expandAll, literalVariables } from '../environment/environment.ts';
import type { Container, Probe } from '../pods/pod.ts';
import type { RunningContainer } from '../runtimes/runtime.ts';
import { execProbe } from './exec-probe.ts';
import { grpcProbe } from './grpc-probe.ts';
import { httpProbe } from './http-probe.ts';
import { portNumber } from './probe-port.ts';
import type { Outcome } from './probe-worker.ts';
import { tcpProbe } from './tcp-probe.ts';

/** Asks a probe's question once (pkg/kubelet/prober/prober.go, runProbe). */
export async function runProbe(
  probe: Probe,
  container: Container,
  { podIP, dial, running }: { podIP: string; dial: Dial; running: RunningContainer | undefined },
): Promise<Outcome> {
  const timeoutMs = (probe.timeoutSeconds || 1) * 1000;
  const { httpGet, tcpSocket, exec, grpc } = probe;
  try {
    if (exec) {
      if (!running) return { is: 'error', text: `container ${container.name} is not running`, state: 'unknown' };
      return await execProbe(running, expandAll(exec.command, literalVariables(container)) ?? [], timeoutMs);
    }
    if (httpGet) {
      const port = portNumber(httpGet.port, container);
      const { scheme = 'HTTP', host = podIP, path = '/', httpHeaders: headers = [] } = httpGet;
      return await httpProbe(dial, { scheme, host, port, path, headers }, timeoutMs);
    }
    if (tcpSocket) return await tcpProbe(dial, tcpSocket.host ?? podIP, portNumber(tcpSocket.port, container), timeoutMs);
    if (grpc) return await grpcProbe(dial, podIP, grpc.port, grpc.service ?? '', timeoutMs);
    return { is: 'error', text: `missing probe handler for container ${container.name}`, state: 'unknown' };
  } catch (error) {
    return { is: 'error', text: (error as Error).message, state: 'unknown' };
  }
}
