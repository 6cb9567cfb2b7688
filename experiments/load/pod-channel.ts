import { readFileSync } from 'node:fs';
import { bundledProgram } from '../engine/bundled-program.ts';
import type { LoadOptions } from '../engine/experiment.ts';
import { keepComplaint } from '../engine/keep-complaint.ts';
import { ownImage } from '../engine/own-pod/own-pod.ts';
import { ownFolder } from '../engine/own-pod/own-pod-objects.ts';
import { runOwnPod } from '../engine/own-pod/run-own-pod.ts';
import { wholeLines } from '../engine/whole-lines.ts';
import type { LoaderChannel } from './loader-channel.ts';
import type { FromLoader } from './loader-message.ts';
import { loaderName, sendsLoad } from './loader-name.ts';

const program = 'loader.mjs';

/**
 * A load generator that is a Pod in the namespace: nothing stands between it and the Services but what stands before any of their clients. It is
 * spoken with over exec, a line of JSON a message. Rejects with a LabError where the Pod does not run.
 */
export async function openPod(pod: NonNullable<LoadOptions['pod']>, take: (message: FromLoader) => void): Promise<LoaderChannel> {
  const files = new Map([[program, readFileSync(bundledProgram('loader-process'))]]);
  await runOwnPod(pod, { ...sendsLoad, image: ownImage, files, memory: '512Mi' });
  const stream = await pod.kube.stream(pod.namespace, loaderName, loaderName, ['node', `${ownFolder}/${program}`]);
  const complaint = keepComplaint(stream.stderr);
  void wholeLines(stream.stdout, (line) => take(JSON.parse(line) as FromLoader));
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
}
