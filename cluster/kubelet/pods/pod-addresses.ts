import type { LabNetwork } from '../../network.ts';

/** Gives each Pod an address of its own. One that is free again is given out last: clients may still try the old Pod there. */
export class PodAddresses {
  private readonly network: LabNetwork;
  private readonly used = new Set<string>();
  private next = 0;

  constructor(network: LabNetwork) {
    this.network = network;
  }

  /** Throws where every address is in use. */
  take(): string {
    for (let tries = 0; ; tries += 1) {
      const address = this.network.podIP(this.next);
      this.next = address === undefined ? 0 : this.next + 1;
      if (address === undefined) {
        // Once around, from wherever it began.
        if (tries > this.used.size + 1) throw new Error(`all ${this.used.size} Pod addresses of ${this.network.prefix}.0.0/16 are in use`);
      } else if (!this.used.has(address)) {
        this.used.add(address);
        return address;
      }
    }
  }

  release(address: string): void {
    this.used.delete(address);
  }
}
