import { basename } from 'node:path';
import type { LoadOptions } from '../../engine/experiment.ts';
import { keepComplaint } from '../../engine/keep-complaint.ts';
import { LabError } from '../../engine/lab-error.ts';
import { ownFolder, scratchFolder } from '../../engine/own-pod/own-pod-objects.ts';
import { runOwnPod } from '../../engine/own-pod/run-own-pod.ts';
import { wholeLines } from '../../engine/whole-lines.ts';
import { loaderName, sendsLoad } from '../loader-name.ts';
import { oneWayMs } from '../one-way.ts';
import { soon } from '../soon.ts';
import { type K6End, type K6Place, k6Words } from './k6-place.ts';
import { versionOf } from './k6-program.ts';
import { k6ScriptFor } from './k6-script.ts';
import { k6Shell, secondBegins, startWord } from './k6-shell.ts';
import { filesBeside } from './script-files.ts';

/** k6's image as it is published (hub.docker.com/r/grafana/k6). What shoplab needs of an image beside k6: sh, cat, date, mkfifo and sleep. */
export const k6Image = 'grafana/k6:2.3.0';

const answersWithinMs = 20_000;
/** So often the clocks are compared. A shell that was kept waiting says a second begins when it has long begun: the nearest counts. */
const comparisons = 2;
/** No file beside a script is called so: what begins with a dot is left out. */
const shellFile = '.shoplab.sh';

/** k6 in a Pod of the namespace, of this image: it sends from where the Services are, and this machine needs none. Spoken with over exec. */
export async function openK6Pod(image: string, options: LoadOptions): Promise<K6Place> {
  const { pod, scenario } = options;
  if (!pod) throw new LabError('this k6 sends from a Pod, and the load has to come from this machine');
  const { kube, namespace } = pod;
  const [script, beside] = scenario.script
    ? [basename(scenario.script), filesBeside(scenario.script)]
    : ['load.js', new Map([['load.js', Buffer.from(k6ScriptFor(options))]])];
  await runOwnPod(pod, { ...sendsLoad, image, files: new Map([...beside, [shellFile, Buffer.from(k6Shell)]]), memory: '1Gi' });
  const version = await versionIn(image, pod);

  const files = { script, samples: `${scratchFolder}/samples.json`, summary: `${scratchFolder}/summary.json` };
  const words = ['sh', `${ownFolder}/${shellFile}`, files.samples, 'k6', ...k6Words(files, options)];
  const stream = await kube.stream(namespace, loaderName, loaderName, words);
  const complaint = keepComplaint(stream.stderr);
  let take: (line: string) => void = () => undefined;
  const read = wholeLines(stream.stdout, (line) => take(line));
  const gone = Promise.all([stream.ended, read]).then(
    ([code]): K6End => ({ code, how: code === null ? 'its connection was cut' : `exit code ${code}` }),
  );
  const tell = (word: string): void => {
    if (stream.stdin.writable) stream.stdin.write(`${word}\n`);
  };
  const ask = async (word: string): Promise<string> => {
    const answer = new Promise<string>((resolve) => {
      take = resolve;
    });
    const death = gone.then(({ how }) =>
      Promise.reject(new LabError(`the shell of Pod ${loaderName} ended: ${how}\n${complaint()}`.trim())),
    );
    tell(word);
    const tooLate = `the shell of Pod ${loaderName} did not answer within ${answersWithinMs / 1000} s`;
    return soon(Promise.race([answer, death]), answersWithinMs, tooLate);
  };
  try {
    const wayMs = await oneWayMs(() => ask('ping'));
    const aheads: number[] = [];
    while (aheads.length < comparisons) aheads.push(aheadOf(await ask('clock'), Date.now() - wayMs));
    return {
      version,
      clockAheadMs: Math.max(...aheads),
      sentFrom: `Pod ${loaderName}`,
      gone,
      start(onLine, onUnreadable) {
        take = (line) => {
          try {
            onLine(line);
          } catch (error) {
            take = () => undefined;
            onUnreadable(error as Error);
          }
        };
        tell(startWord);
      },
      complaint,
      interrupt: () => tell('stop'),
      finish: () => undefined,
      async summary() {
        const { exitCode, stdout, stderr } = await kube.exec(namespace, loaderName, loaderName, ['cat', files.summary]);
        if (exitCode !== 0) throw new LabError(stderr.trim());
        return stdout;
      },
      kill: () => stream.close(),
    };
  } catch (error) {
    stream.close();
    throw error;
  }
}

/** How far the clock that said this is ahead, in ms. `saidMs`: when it did, by this machine's clock. */
function aheadOf(answer: string, saidMs: number): number {
  const [, second] = new RegExp(`^${secondBegins} (\\d+)$`).exec(answer) ?? [];
  if (second === undefined) throw new LabError(`the shell of Pod ${loaderName} does not say what time it is: ${answer}`);
  return Number(second) * 1000 - saidMs;
}

async function versionIn(image: string, { kube, namespace }: NonNullable<LoadOptions['pod']>): Promise<string> {
  const { exitCode, stdout, stderr } = await kube.exec(namespace, loaderName, loaderName, ['k6', 'version']);
  const version = versionOf(stdout);
  if (exitCode === 0 && version) return version;
  throw new LabError(`image ${image} has no k6 that says its version: ${(stderr || stdout).trim().slice(0, 200)}`);
}
