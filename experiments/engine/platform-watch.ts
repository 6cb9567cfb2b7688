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

export interface PlatformWatchOptions {
  /** Called once, with what is gone. */
  onGone(why: PlatformGone): void;
  /** Whether something of the lab is on that node. In a cluster that others use too, nodes come and go that are none of its business. */
  isHost(node: string): boolean;
}

/**
 * Watches what the lab stands on: its API server, and the nodes that it is on, or all where none is ready. What an experiment sees while one of them is gone says nothing about the system under
 * test, so whoever runs one has to end it.
 */
export class PlatformWatch {
  private readonly kube: KubeClients;
  private readonly nodes: Mirror<Node>;
  private readonly options: PlatformWatchOptions;
  private answeredMs = performance.now();
  private lastError = '';
  private readonly seenReady = new Set<string>();
  private gone: PlatformGone | undefined;
  /** How long the API server took for each answer. */
  readonly answersMs: number[] = [];

  constructor(kube: KubeClients, options: PlatformWatchOptions) {
    this.kube = kube;
    this.options = options;
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

  private look(node: Node): void {
    const { name } = node.metadata;
    const ready = readinessOf(node);
    if (ready?.status === 'True') this.seenReady.add(name);
    if (!ready || ready.status === 'True') return;
    const isReady = (other: Node): boolean => readinessOf(other)?.status === 'True';
    // The first that is told of is alone for a moment, so only one that was ready has been the last.
    const wasTheLast = this.seenReady.has(name) && !this.nodes.items().some(isReady);
    if (this.options.isHost(name) || wasTheLast) this.tell(`node ${name} is not ready: ${ready.message ?? ready.reason ?? ready.status}`);
  }

  private tell(why: string): void {
    if (this.gone) return;
    this.gone = new PlatformGone(why, { hint: 'the verdict has to wait until the platform is there again' });
    this.options.onGone(this.gone);
  }
}

const readinessOf = ({ status }: Node) => status?.conditions?.find(({ type }) => type === 'Ready');
