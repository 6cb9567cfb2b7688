import {
  askWithRetries,
  decideResult,
  decideTry,
  describeOutcome,
  newMemory,
  type Outcome,
  type ProbedContainer,
  type ProbeMemory,
  type ProbeResult,
  type ProbeRules,
} from './probe-worker.ts';

/** What a probe's worker needs of the kubelet. */
export interface ProbeHost {
  /** The container as the Pod's status last had it. */
  view(): ProbedContainer;
  ask(): Promise<Outcome>;
  event(reason: string, message: string): void;
  /** The result is not what it was, or is the first for a new container instance. */
  onResult(result: ProbeResult): void;
  now(): number;
}

/** One worker: tries at once, then at each tick of its period, ticks not queueing beyond one (pkg/kubelet/prober/worker.go, run). */
export class ProbeLoop {
  private readonly rules: ProbeRules;
  private readonly periodMs: number;
  private readonly host: ProbeHost;
  private memory: ProbeMemory;
  private nextTickMs: number;
  private triggered = false;
  private stopped = false;
  private wake: (() => void) | undefined;

  constructor(rules: ProbeRules, periodSeconds: number, host: ProbeHost) {
    this.rules = rules;
    this.periodMs = periodSeconds * 1000;
    this.host = host;
    this.memory = newMemory(rules.kind);
    this.nextTickMs = performance.now() + this.periodMs;
  }

  /** The result for a container instance; undefined where this worker has not seen it yet. */
  result(containerID: string | undefined): ProbeResult | undefined {
    return containerID !== undefined && this.memory.containerID === containerID ? this.memory.result : undefined;
  }

  /** Tries at once, and restarts the period from there. */
  trigger(): void {
    this.triggered = true;
    this.wake?.();
  }

  stop(): void {
    this.stopped = true;
    this.wake?.();
  }

  /** Runs until it is stopped or there is nothing to probe any more. */
  async run(): Promise<void> {
    while (!this.stopped && (await this.try()) && !this.stopped) await this.nextTick();
  }

  private async try(): Promise<boolean> {
    const { memory, next } = decideTry(this.rules, this.memory, this.host.view(), this.host.now());
    this.remember(memory);
    if (next !== 'ask') return next === 'wait';
    const outcome = await askWithRetries(() => this.host.ask());
    if (this.stopped) return false;
    const event = describeOutcome(this.rules.kind, outcome);
    if (event) this.host.event(event.reason, event.message);
    this.remember(decideResult(this.rules, this.memory, outcome));
    return true;
  }

  private remember(memory: ProbeMemory): void {
    const before = this.result(memory.containerID);
    this.memory = memory;
    if (memory.containerID && memory.result !== before) this.host.onResult(memory.result);
  }

  private async nextTick(): Promise<void> {
    if (!this.triggered && performance.now() < this.nextTickMs) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.nextTickMs - performance.now());
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wake = undefined;
    }
    const now = performance.now();
    if (this.triggered) {
      this.triggered = false;
      this.nextTickMs = now + this.periodMs;
    } else this.nextTickMs += this.periodMs * Math.max(1, Math.floor((now - this.nextTickMs) / this.periodMs) + 1);
  }
}
