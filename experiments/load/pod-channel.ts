import { readFileSync } from 'node:fs';
import { bundledProgram } from '../engine/bundled-program.ts';
import type { LoadOptions } from '../engine/experiment.ts';
import { ownImage } from '../engine/own-pod.ts';
import { keepComplaint, type LoaderChannel } from './loader-channel.ts';
import type { FromLoader } from './loader-message.ts';
import { loaderFolder, loaderName } from './loader-objects.ts';
import { runLoaderPod } from './run-loader-pod.ts';
import { wholeLines } from './whole-lines.ts';

const program = 'loader.mjs';

/**
 * A load generator that is a Pod in the namespace: nothing stands between it and the Services but what stands before any of their clients. It is
 * spoken with over exec, a line of JSON a message. Rejects with a LabError where the Pod does not run.
 */
export async function openPod(pod: NonNullable<LoadOptions['pod']>, take: (message: FromLoader) => void): Promise<LoaderChannel> {
  const files = new Map([[program, readFileSync(bundledProgram('loader-process'))]]);
  await runLoaderPod(pod, { image: ownImage, files, memory: '512Mi' });
  const stream = await pod.kube.stream(pod.namespace, loaderName, loaderName, ['node', `${loaderFolder}/${program}`]);
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
