import { readFileSync } from 'node:fs';
import { bundledProgram } from '../bundled-program.ts';
import type { LoadOptions, PodStream } from '../experiment.ts';
import { keepComplaint } from '../keep-complaint.ts';
import { LabError } from '../lab-error.ts';
import { ownImage } from '../own-pod/own-pod.ts';
import { ownFolder } from '../own-pod/own-pod-objects.ts';
import { runOwnPod } from '../own-pod/run-own-pod.ts';
import { rejectsOnAbort } from '../rejects-on-abort.ts';
import { timeLimit } from '../time-limit.ts';
import { wholeLines } from '../whole-lines.ts';
import { type Answers, type Ask, type AskService, connectWithinMs, type ServiceAddress } from './ask-service.ts';
import type { FromAsker, ToAsker } from './asker-message.ts';

/** What it is called in its namespace. */
export const askerName = 'shoplab-asker';
const program = 'asker.mjs';

interface Waiting {
  resolve(answer: never): void;
  reject(error: Error): void;
}

/** What an answer may take on its way, beyond what its question has time for. */
const marginMs = 10_000;

/**
 * Asks Services from a Pod in their namespace, as their clients do: for clusters whose Services this machine does not reach. It is spoken with over
 * exec; a connection that was cut is made again at once.
 */
export class PodAsker {
  private readonly pod: NonNullable<LoadOptions['pod']>;
  private readonly waiting = new Map<number, Waiting>();
  private readonly onGone: (error: LabError) => void;
  private lastId = 0;
  private connection: Promise<PodStream>;
  private isClosed = false;

  private constructor(pod: NonNullable<LoadOptions['pod']>, onGone: (error: LabError) => void) {
    this.pod = pod;
    this.onGone = onGone;
    this.connection = this.connect();
  }

  /**
   * Creates the Pod, and waits until it answers. Rejects with a LabError where it does not. `onGone`: it did, and does not any more, so whatever is
   * asked from now on says nothing of who is asked.
   */
  static async open(pod: NonNullable<LoadOptions['pod']>, onGone: (error: LabError) => void): Promise<PodAsker> {
    const files = new Map([[program, readFileSync(bundledProgram('asker-pod'))]]);
    await runOwnPod(pod, { name: askerName, purpose: 'asks the Services', image: ownImage, files, cpu: '20m', memory: '128Mi' });
    const asker = new PodAsker(pod, onGone);
    await asker.connection;
    return asker;
  }

  readonly ask: AskService = async (address: ServiceAddress, ask: Ask, signal: AbortSignal): Promise<never> => {
    const limit = timeLimit(withinMs(ask) + marginMs, signal);
    const aborted = rejectsOnAbort(limit.signal);
    this.lastId += 1;
    const id = this.lastId;
    const message: ToAsker = { id, address, ask };
    try {
      const { stdin } = await Promise.race([this.connection, aborted]);
      if (!stdin.writable) throw new Error(`Pod ${askerName} does not answer: the connection was cut`);
      const answer = new Promise<never>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
      stdin.write(`${JSON.stringify(message)}\n`);
      return await Promise.race([answer, aborted]);
    } finally {
      this.waiting.delete(id);
      limit.clear();
    }
  };

  /** The Pod goes with its namespace. */
  close(): void {
    this.isClosed = true;
    this.connection.then(({ close }) => close()).catch(() => undefined); // there is none
  }

  private async connect(): Promise<PodStream> {
    const stream = await this.pod.kube.stream(this.pod.namespace, askerName, askerName, ['node', `${ownFolder}/${program}`]);
    const complaint = keepComplaint(stream.stderr);
    void wholeLines(stream.stdout, (line) => this.take(JSON.parse(line) as FromAsker));
    void stream.ended.then((code) => {
      const how = code === null ? 'the connection was cut' : `it ended with exit code ${code}`;
      const why = [`Pod ${askerName} does not answer: ${how}`, complaint().trim()].filter(Boolean).join('\n');
      for (const { reject } of this.waiting.values()) reject(new Error(why));
      if (this.isClosed) return;
      // What ends by itself would do so again.
      if (code === null) this.reconnect();
      else this.onGone(new LabError(why));
    });
    return stream;
  }

  private reconnect(): void {
    this.connection = this.connect();
    this.connection.catch((error: Error) => {
      if (!this.isClosed) this.onGone(new LabError(`Pod ${askerName}, which asks the Services, is gone: ${error.message}`));
    });
  }

  private take(message: FromAsker): void {
    const waiting = this.waiting.get(message.id);
    if ('error' in message) waiting?.reject(new Error(message.error));
    else waiting?.resolve(message.answer as Answers[Ask['how']] as never);
  }
}

/** How long the answer to a question may take where it is asked. */
const withinMs = (ask: Ask): number => (ask.how === 'http' ? ask.withinMs : ask.how === 'raw' ? ask.silentMs : connectWithinMs);
