import { setTimeout as pause } from 'node:timers/promises';
import type { KubeClients } from './experiment.ts';
import { KubeError } from './kube/kube-error.ts';
import type { KubeObject } from './kube/kube-object.ts';
import { Mirror } from './kube/mirror.ts';
import { PlatformGone } from './lab-error.ts';
import { timeLimit } from './time-limit.ts';

const askEveryMs = 1000;
const answerWithinMs = 5000;
/** An API server that restarts is back sooner. */
const silentForMs = 10_000;

type Node = KubeObject & { status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] } };

/**
 * Watches what the lab stands on: its API server and its nodes. What an experiment sees while one of them is gone says nothing about the system under
 * test, so whoever runs one has to end it.
 */
export class PlatformWatch {
  private readonly kube: KubeClients;
  private readonly nodes: Mirror<Node>;
  private readonly onGone: (why: PlatformGone) => void;
  private answeredMs = performance.now();
  private lastError = '';
  private gone: PlatformGone | undefined;
  /** How long the API server took for each answer. */
  readonly answersMs: number[] = [];

  constructor(kube: KubeClients, onGone: (why: PlatformGone) => void) {
    this.kube = kube;
    this.onGone = onGone;
    this.nodes = new Mirror(kube, '/api/v1/nodes', (type, node) => type !== 'DELETED' && this.look(node));
  }

  /** Watches until the signal aborts. Never rejects. */
  async follow(signal: AbortSignal): Promise<void> {
    await Promise.all([this.followNodes(signal), this.askServer(signal)]);
  }

  /** Asks until it is clear. Answers what is gone, or was at any time; undefined where nothing was. */
  async verify(): Promise<PlatformGone | undefined> {
    while (!this.gone && !(await this.ask())) await pause(askEveryMs);
    return this.gone;
  }

  private async followNodes(signal: AbortSignal): Promise<void> {
    try {
      await this.nodes.follow(signal);
    } catch (error) {
      // Whoever may not see nodes learns less; all else is told by the server's silence.
      if (!signal.aborted && !(error instanceof KubeError && error.code === 403)) this.lastError = (error as Error).message;
    }
  }

  private async askServer(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.ask();
      await pause(askEveryMs, undefined, { signal }).catch(() => undefined); // ended
    }
  }

  private async ask(): Promise<boolean> {
    const limit = timeLimit(answerWithinMs);
    const askedMs = performance.now();
    try {
      await this.kube.request('GET', '/readyz', undefined, undefined, limit.signal);
      this.answeredMs = performance.now();
      this.answersMs.push(this.answeredMs - askedMs);
      return true;
    } catch (error) {
      this.lastError = (error as Error).message;
      const silentMs = performance.now() - this.answeredMs;
      if (silentMs > silentForMs) this.tell(`the API server does not answer for ${Math.round(silentMs / 1000)} s: ${this.lastError}`);
      return false;
    } finally {
      limit.clear();
    }
  }

  private look({ metadata, status }: Node): void {
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready && ready.status !== 'True') this.tell(`node ${metadata.name} is not ready: ${ready.message ?? ready.reason ?? ready.status}`);
  }

  private tell(why: string): void {
    if (this.gone) return;
    this.gone = new PlatformGone(why, { hint: 'the verdict has to wait until the platform is there again' });
    this.onGone(this.gone);
  }
}
