import { readFileSync } from 'node:fs';
import { bundledProgram } from '../bundled-program.ts';
import type { LoadOptions, PodStream } from '../experiment.ts';
import { keepComplaint } from '../keep-complaint.ts';
import { LabError } from '../lab-error.ts';
import { ownImage } from '../own-pod/own-pod.ts';
import { ownFolder } from '../own-pod/own-pod-objects.ts';
import { runOwnPod } from '../own-pod/run-own-pod.ts';
import { wholeLines } from '../whole-lines.ts';
import type { Answers, Ask, AskService, ServiceAddress } from './ask-service.ts';
import type { FromAsker, ToAsker } from './asker-message.ts';

/** What it is called in its namespace. */
export const askerName = 'shoplab-asker';
const program = 'asker.mjs';

interface Waiting {
  resolve(answer: never): void;
  reject(error: Error): void;
}

/**
 * Asks Services from a Pod in their namespace, as their clients do: for clusters whose Services this machine does not reach. It is spoken with over
 * exec; a connection that was cut is made again by the next who asks.
 */
export class PodAsker {
  private readonly pod: NonNullable<LoadOptions['pod']>;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private connection: Promise<PodStream> | undefined;
  private isClosed = false;

  private constructor(pod: NonNullable<LoadOptions['pod']>) {
    this.pod = pod;
  }

  /** Creates the Pod, and waits until it runs. Rejects with a LabError where it does not. */
  static async open(pod: NonNullable<LoadOptions['pod']>): Promise<PodAsker> {
    const files = new Map([[program, readFileSync(bundledProgram('asker-pod'))]]);
    await runOwnPod(pod, { name: askerName, purpose: 'asks the Services', image: ownImage, files, memory: '128Mi' });
    return new PodAsker(pod);
  }

  readonly ask: AskService = async (address: ServiceAddress, ask: Ask, signal: AbortSignal): Promise<never> => {
    const { stdin } = await this.connected();
    signal.throwIfAborted();
    this.lastId += 1;
    const id = this.lastId;
    const message: ToAsker = { id, address, ask };
    const onAbort = (): void => this.waiting.get(id)?.reject(signal.reason as Error);
    try {
      return await new Promise<never>((resolve, reject) => {
        if (!stdin.writable) throw new Error(`Pod ${askerName} does not answer: the connection was cut`);
        this.waiting.set(id, { resolve, reject });
        signal.addEventListener('abort', onAbort, { once: true });
        stdin.write(`${JSON.stringify(message)}\n`);
      });
    } finally {
      this.waiting.delete(id);
      signal.removeEventListener('abort', onAbort);
    }
  };

  /** The Pod goes with its namespace. */
  close(): void {
    this.isClosed = true;
    this.connection?.then(({ close }) => close()).catch(() => undefined); // there is none
  }

  private connected(): Promise<PodStream> {
    this.connection ??= this.connect().catch((error: Error) => {
      this.connection = undefined;
      throw error;
    });
    return this.connection;
  }

  private async connect(): Promise<PodStream> {
    if (this.isClosed) throw new LabError(`nothing is asked of Pod ${askerName} any more`);
    const stream = await this.pod.kube.stream(this.pod.namespace, askerName, askerName, ['node', `${ownFolder}/${program}`]);
    const complaint = keepComplaint(stream.stderr);
    void wholeLines(stream.stdout, (line) => this.take(JSON.parse(line) as FromAsker));
    void stream.ended.then((code) => {
      this.connection = undefined;
      const how = code === null ? 'the connection was cut' : `it ended with exit code ${code}`;
      for (const { reject } of this.waiting.values())
        reject(new Error([`Pod ${askerName} does not answer: ${how}`, complaint().trim()].filter(Boolean).join('\n')));
    });
    return stream;
  }

  private take(message: FromAsker): void {
    const waiting = this.waiting.get(message.id);
    if ('error' in message) waiting?.reject(new Error(message.error));
    else waiting?.resolve(message.answer as Answers[Ask['how']] as never);
  }
}
