/** Without a terminal a line is written so often. */
const plainEveryMs = 10_000;

/** One line about something that goes on: redrawn in place on a terminal, else written every ten seconds. */
export class LiveLine {
  private readonly live: boolean;
  private readonly write: (text: string) => void;
  private drawn = false;
  private writtenMs = performance.now();

  constructor({ live, write }: { live: boolean; write: (text: string) => void }) {
    this.live = live;
    this.write = write;
  }

  show(text: string): void {
    if (this.live) {
      this.write(`\r\u001B[2K${text}`);
      this.drawn = true;
    } else if (performance.now() - this.writtenMs >= plainEveryMs) {
      this.write(`${text}\n`);
      this.writtenMs = performance.now();
    }
  }

  /** A line that stays, above the one that is redrawn. */
  tell(text: string): void {
    this.clear();
    this.write(`${text}\n`);
  }

  clear(): void {
    if (this.drawn) this.write('\r\u001B[2K');
    this.drawn = false;
  }
}
