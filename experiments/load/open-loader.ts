import { type Dispatcher, request } from 'undici';
import type { LoadOptions, Sample } from '../engine/experiment.ts';
import { timeLimit } from '../engine/time-limit.ts';
import { type Arrivals, constantArrivals, rampingArrivals } from './arrivals.ts';
import { classifyError } from './classify-error.ts';
import { type Connections, connectionsInTurn, sharedConnections } from './connections.ts';

/** A request that is later than this, or than the scenario's bound, is not sent any more: it would be another load. */
const tooLateMs = 1000;
/** Where no request is due for a long time, or ever. */
const longestWaitMs = 1000;

/**
 * Sends requests when they are due, whether or not former ones have been answered, and counts their latency from when they were due: a system
 * that stalls cannot slow its load down and look better for it.
 */
export class OpenLoader {
  droppedBusy = 0;
  droppedLate = 0;
  private readonly options: Pick<LoadOptions, 'scenario' | 'origin' | 'onSamples'>;
  /** Added to times since the load's start. */
  private readonly offsetMs: number;
  private readonly startedMs = performance.now();
  private readonly connections: Connections;
  private readonly arrivals: Arrivals;
  private readonly cut = new AbortController();
  private readonly inFlight = new Set<Promise<void>>();
  private next = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: Pick<LoadOptions, 'scenario' | 'origin' | 'onSamples'>, elapsedMs: number) {
    this.options = options;
    this.offsetMs = elapsedMs;
    const { maxVUs, rate, ramp, request: asked, connections } = options.scenario;
    this.arrivals = ramp ? rampingArrivals(ramp) : constantArrivals(rate);
    this.connections =
      connections === undefined
        ? sharedConnections(maxVUs, asked.timeoutMs)
        : connectionsInTurn(options.origin, connections, asked.timeoutMs);
  }

  start(): void {
    this.tick();
  }

  /** Nothing new; waits for answers as long as the graceful stop allows, then cuts what is in flight. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    const timer = setTimeout(() => this.cut.abort(), this.options.scenario.gracefulStopMs);
    await Promise.all(this.inFlight);
    clearTimeout(timer);
    await this.connections.destroy();
  }

  private tick(): void {
    const { maxVUs, maxLatenessMs = 0 } = this.options.scenario;
    const { dueAt, dueBy } = this.arrivals;
    const now = performance.now() - this.startedMs;
    for (const due = dueBy(now); this.next < due; this.next += 1) {
      const dueMs = dueAt(this.next);
      if (now - dueMs > Math.max(tooLateMs, maxLatenessMs)) this.droppedLate += 1;
      else if (this.inFlight.size >= maxVUs) this.droppedBusy += 1;
      else this.send(this.next, dueMs);
    }
    // A timer is late by a millisecond or more; what it missed is due at once, and how late it was is counted.
    this.timer = setTimeout(
      () => this.tick(),
      Math.min(longestWaitMs, Math.max(0, dueAt(this.next) - (performance.now() - this.startedMs))),
    );
  }

  private send(index: number, dueMs: number): void {
    const lateMs = performance.now() - this.startedMs - dueMs;
    const one = this.exchange(index).then((outcome) => {
      const latencyMs = performance.now() - this.startedMs - dueMs;
      this.inFlight.delete(one);
      this.options.onSamples([{ dueMs: this.offsetMs + dueMs, lateMs, latencyMs, ...outcome }]);
    });
    this.inFlight.add(one);
  }

  private async exchange(index: number): Promise<Omit<Sample, 'dueMs' | 'lateMs' | 'latencyMs'>> {
    const { origin, scenario } = this.options;
    const { method, path, headers, body, bodies, timeoutMs } = scenario.request;
    const given = bodies && bodies.length > 0 ? bodies[index % bodies.length] : body;
    const lent = this.connections.lend();
    const limit = timeLimit(timeoutMs, this.cut.signal);
    const on = (): Pick<Sample, 'connection' | 'connectedMs'> => {
      const line = lent.line();
      return line === undefined ? {} : { connection: line.number, connectedMs: line.openedMs - this.startedMs + this.offsetMs };
    };
    try {
      const response = await request(`${origin}${path}`, {
        dispatcher: lent.dispatcher,
        method: method as Dispatcher.HttpMethod,
        headers: { ...(given !== undefined && { 'content-type': 'application/json' }), ...headers },
        body: given === undefined ? null : JSON.stringify(given),
        signal: limit.signal,
      });
      const text = await response.body.text();
      const status = response.statusCode;
      const servedBy = response.headers['x-served-by'];
      const told = { ...on(), ...(typeof servedBy === 'string' && { servedBy }) };
      const expected = scenario.expectStatuses.includes(status);
      return expected ? { status, error: '', body: parse(text), ...told } : { status, error: `status ${status}`, ...told };
    } catch (error) {
      return { status: 0, error: classifyError(error), ...on() };
    } finally {
      limit.clear();
      lent.giveBack();
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // not everything is JSON, and what is not is told as it came
  }
}
