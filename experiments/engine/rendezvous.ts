/**
 * Where variants that run side by side wait for each other: none is measured while another starts or is deleted. Who has ended `leave`s, and
 * is not waited for any more.
 */
export class Rendezvous {
  private present: number;
  private waiting: (() => void)[] = [];

  constructor(parties: number) {
    this.present = parties;
  }

  /** Resolves when all that are still there have come; at once where the signal has been aborted, or is. */
  async meet(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    let stop = (): void => undefined;
    await new Promise<void>((resolve) => {
      stop = resolve;
      this.waiting.push(resolve);
      signal.addEventListener('abort', stop, { once: true });
      this.goOn();
    });
    signal.removeEventListener('abort', stop);
    this.waiting = this.waiting.filter((one) => one !== stop);
  }

  /** Counts one party less. */
  leave(): void {
    this.present -= 1;
    this.goOn();
  }

  private goOn(): void {
    if (this.waiting.length < this.present) return;
    const all = this.waiting;
    this.waiting = [];
    for (const resolve of all) resolve();
  }
}
