interface Sender<T> {
  value: T;
  taken: () => void;
}

/**
 * A Go channel: what is sent waits until it is taken, as far as the buffer does not hold it, so that a slow end holds the other back. Closed
 * and empty it gives null, again and again.
 */
export class Channel<T> {
  private readonly capacity: number;
  private readonly buffer: T[] = [];
  private readonly senders: Sender<T>[] = [];
  private receiver: ((value: T | null) => void) | undefined;
  private closed = false;

  constructor(capacity = 0) {
    this.capacity = capacity;
  }

  /** Resolves when it is taken or buffered. What is sent into a closed channel is lost. */
  send(value: T): Promise<void> {
    if (this.closed) return Promise.resolve();
    if (this.receiver) {
      this.give(value);
      return Promise.resolve();
    }
    if (this.buffer.length < this.capacity) {
      this.buffer.push(value);
      return Promise.resolve();
    }
    return new Promise((taken) => this.senders.push({ value, taken }));
  }

  /** Calls back once, with a value or with null where it is closed and empty; at once where it can. Answers how to give up waiting. */
  take(callback: (value: T | null) => void): () => void {
    const value = this.shift();
    if (value !== undefined) callback(value);
    else if (this.closed) callback(null);
    else {
      this.receiver = callback;
      return () => {
        if (this.receiver === callback) this.receiver = undefined;
      };
    }
    return () => undefined;
  }

  /** What waits now, without waiting; undefined: nothing. */
  shift(): T | undefined {
    const value = this.buffer.shift();
    const sender = this.senders.shift();
    sender?.taken();
    if (value === undefined) return sender?.value;
    // The buffer has one free for the next sender.
    if (sender) this.buffer.push(sender.value);
    return value;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.receiver && this.buffer.length === 0 && this.senders.length === 0) this.give(null);
  }

  private give(value: T | null): void {
    const { receiver } = this;
    this.receiver = undefined;
    receiver?.(value);
  }
}
