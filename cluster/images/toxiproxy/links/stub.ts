import type { Channel } from './channel.ts';
import type { Chunk } from './chunk.ts';

/** What a toxic is told where it has to stop, so that another takes its place. */
export const interrupted = Symbol('interrupted');
export type Interrupted = typeof interrupted;

/** A toxic's place in one direction of one connection: where its data comes from and goes to, and what it keeps for this connection. */
export class Stub {
  input: Channel<Chunk>;
  output: Channel<Chunk>;
  state: unknown;
  closed = false;
  private running: Promise<void> = Promise.resolve();
  /** Somebody waits for the toxic to stop. */
  private onTaken: (() => void) | undefined;
  /** Set while the toxic waits, and can be interrupted. */
  private wake: (() => void) | undefined;

  constructor(input: Channel<Chunk>, output: Channel<Chunk>) {
    this.input = input;
    this.output = output;
  }

  /** Lets a toxic work here until it is interrupted or closes. */
  run(pipe: (stub: Stub) => Promise<void>): void {
    this.running = pipe(this);
  }

  /** The next chunk; null: no more will come. */
  receive(): Promise<Chunk | null | Interrupted> {
    return this.wait<Chunk | null>((take) => this.input.take(take));
  }

  /** The next chunk, or undefined where none comes within the time. */
  receiveWithin(ms: number): Promise<Chunk | null | undefined | Interrupted> {
    return this.wait<Chunk | null | undefined>((take) => this.input.take(take), ms);
  }

  /** At least so long. */
  sleep(ms: number): Promise<undefined | Interrupted> {
    return this.wait<undefined>(() => () => undefined, ms);
  }

  /** Resolves when whoever comes next has taken it. */
  send(chunk: Chunk): Promise<void> {
    return this.output.send(chunk);
  }

  /** Nothing more comes from here: the connection ends. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.output.close();
    this.takeRequest();
  }

  /** Stops the toxic that works here as soon as it waits for something. False: the place is closed. */
  async interrupt(): Promise<boolean> {
    if (this.closed) return false;
    await new Promise<void>((taken) => {
      this.onTaken = taken;
      this.wake?.();
    });
    if (this.closed) return false;
    await this.running;
    return true;
  }

  private wait<T>(begin: (resolve: (value: T) => void) => () => void, ms?: number): Promise<T | Interrupted> {
    if (this.takeRequest()) return Promise.resolve(interrupted);
    return new Promise((resolve) => {
      let over = false;
      let giveUp = (): void => undefined;
      let timer: NodeJS.Timeout | undefined;
      const end = (value: T | Interrupted): void => {
        if (over) return;
        over = true;
        this.wake = undefined;
        clearTimeout(timer);
        giveUp();
        resolve(value);
      };
      this.wake = () => {
        this.takeRequest();
        end(interrupted);
      };
      if (ms !== undefined) timer = setTimeout(() => end(undefined as T), Math.max(0, Math.ceil(ms)));
      giveUp = begin(end);
    });
  }

  private takeRequest(): boolean {
    const { onTaken } = this;
    this.onTaken = undefined;
    onTaken?.();
    return onTaken !== undefined;
  }
}
