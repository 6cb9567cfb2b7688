import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { bundledProgram } from '../engine/bundled-program.ts';
import type { LoadOptions } from '../engine/experiment.ts';
import type { Pod } from '../engine/kube/workloads.ts';
import { LabError } from '../engine/lab-error.ts';
import { keepComplaint, type LoaderChannel } from './loader-channel.ts';
import type { FromLoader } from './loader-message.ts';
import { loaderName, loaderObjects, loaderProgram } from './loader-objects.ts';

const runsWithinMs = 90_000;
const lookEveryMs = 200;

/**
 * A load generator that is a Pod in the namespace: nothing stands between it and the Services but what stands before any of their clients. It is
 * spoken with over exec, a line of JSON a message. Rejects with a LabError where the Pod does not run.
 */
export async function openPod(
  { kube, namespace, signal, say }: NonNullable<LoadOptions['pod']>,
  take: (message: FromLoader) => void,
): Promise<LoaderChannel> {
  for (const { path, object } of loaderObjects(namespace, readFileSync(bundledProgram('loader-process'), 'utf8')))
    await kube.request('POST', path, object);
  await untilRunning();
  const stream = await kube.stream(namespace, loaderName, loaderName, ['node', loaderProgram]);
  const complaint = keepComplaint(stream.stderr);
  createInterface({ input: stream.stdout }).on('line', (line) => take(JSON.parse(line) as FromLoader));
  const gone = stream.ended.then((exitCode) => (exitCode === null ? 'its connection was cut' : `exit code ${exitCode}`));
  return {
    send: (message) => {
      if (stream.stdin.writable) stream.stdin.write(`${JSON.stringify(message)}\n`);
    },
    gone,
    complaint,
    letGo: () => stream.stdin.end(),
    kill: () => stream.close(),
  };

  async function untilRunning(): Promise<void> {
    for (const untilMs = performance.now() + runsWithinMs; ; await pause(lookEveryMs, undefined, { signal })) {
      const { status } = await kube.request<Pod>('GET', `/api/v1/namespaces/${namespace}/pods/${loaderName}`);
      const [container] = status?.containerStatuses ?? [];
      if (container?.state?.running) return;
      const waiting = container?.state?.waiting;
      const seen =
        [waiting?.reason, waiting?.message].filter(Boolean).join(': ') ||
        (status?.conditions?.find(({ status: value }) => value === 'False')?.message ?? `phase ${status?.phase}`);
      if (performance.now() > untilMs)
        throw new LabError(`Pod ${loaderName}, which sends the load, does not run after ${runsWithinMs / 1000} s: ${seen}`);
      say(`waiting for Pod ${loaderName}: ${seen}`);
    }
  }
}
