import type { ContainerRecord } from './container-record.ts';
import { runHook } from './lifecycle-hook.ts';
import type { PodContext } from './pod-context.ts';

/** A container always has this long between SIGTERM and SIGKILL (pkg/kubelet/kuberuntime, minimumGracePeriodInSeconds). */
const LEAST_SECONDS = 2;

export interface StopOptions {
  graceSeconds: number;
  message: string;
  /** Sidecars wait for this, inside their grace period, between preStop and SIGTERM. */
  turn?: Promise<unknown>;
}

/**
 * Ends a running container: preStop inside the grace period, SIGTERM with what is left of it, SIGKILL (kuberuntime_container.go, killContainer).
 * Called again it only shortens the grace period.
 */
export function stopContainer(record: ContainerRecord, context: PodContext, options: StopOptions): Promise<void> {
  const { instance } = record;
  if (!instance?.running || instance.ended) return Promise.resolve();
  if (instance.stopping) instance.stopping.shorten(options.graceSeconds);
  else {
    context.event('Normal', 'Killing', options.message, record);
    const deadline = new Deadline(options.graceSeconds);
    instance.stopping = { done: stop(record, context, options, deadline), shorten: (seconds) => deadline.shorten(seconds) };
  }
  return instance.stopping.done;
}

async function stop(
  { spec, instance, ...rest }: ContainerRecord,
  context: PodContext,
  options: StopOptions,
  deadline: Deadline,
): Promise<void> {
  const running = instance?.running;
  if (!running) return;
  const { exited } = running;
  const begun = performance.now();
  const hook = new AbortController();
  const { preStop } = spec.lifecycle ?? {};
  if (preStop && options.graceSeconds > 0) {
    // Its grace period over, it is not ended: the container's end makes it fail, if it is no sleep.
    const run = runHook(preStop, spec, running, context, hook.signal).catch(() => {
      if (!preStop.sleep) context.event('Warning', 'FailedPreStopHook', 'PreStopHook failed', { spec, ...rest });
    });
    await deadline.wait(Promise.race([run, exited]));
  }
  if (options.turn && options.graceSeconds > 0) await deadline.wait(Promise.race([options.turn, exited]));
  const spentSeconds = Math.floor((performance.now() - begun) / 1000);
  deadline.restart(Math.max(options.graceSeconds - spentSeconds, LEAST_SECONDS), LEAST_SECONDS);
  running.terminate();
  await deadline.wait(exited);
  running.kill();
  await instance.whenEnded;
  hook.abort();
}

/** The end of a grace period, which may come nearer while it is awaited. */
class Deadline {
  private atMs: number;
  private leastSeconds = 0;
  private changed: (() => void) | undefined;
  /** Shortened to this in all, counted from then on. */
  private shortestSeconds = Number.POSITIVE_INFINITY;

  constructor(seconds: number) {
    this.atMs = performance.now() + seconds * 1000;
  }

  shorten(seconds: number): void {
    this.shortestSeconds = Math.min(this.shortestSeconds, seconds);
    this.atMs = Math.min(this.atMs, performance.now() + Math.max(seconds, this.leastSeconds) * 1000);
    this.changed?.();
  }

  restart(seconds: number, leastSeconds: number): void {
    this.leastSeconds = leastSeconds;
    this.atMs = performance.now() + Math.min(seconds, Math.max(this.shortestSeconds, leastSeconds)) * 1000;
  }

  /** Until the promise settles, at most until the deadline. */
  async wait(promise: Promise<unknown>): Promise<void> {
    let settled = false;
    const end = promise.finally(() => {
      settled = true;
    });
    while (!settled && performance.now() < this.atMs) {
      let timer: NodeJS.Timeout | undefined;
      const next = new Promise<void>((resolve) => {
        this.changed = resolve;
        timer = setTimeout(resolve, this.atMs - performance.now());
      });
      await Promise.race([end, next]);
      clearTimeout(timer);
    }
    this.changed = undefined;
  }
}
