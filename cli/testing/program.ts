import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The built CLI. */
export const bin = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));

/** The built CLI at work. */
export class Program {
  readonly child: ChildProcess;
  /** All that it wrote. */
  said = '';
  readonly closed: Promise<unknown>;
  private look: () => void = () => undefined;

  constructor(words: string[], more: NodeJS.ProcessEnv) {
    const { FORCE_COLOR: _, NODE_OPTIONS: __, ...env } = process.env;
    this.child = spawn(process.execPath, [bin, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, ...more } });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.said += text;
        this.look();
      });
    this.closed = once(this.child, 'close').then(() => this.look());
  }
  get code(): number | null {
    return this.child.exitCode;
  }

  /** Until it says so. Rejects where it ends without. */
  saying(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.look = () => {
        if (this.said.includes(text)) resolve();
        else if (this.child.exitCode !== null) reject(new Error(`it ended with ${this.code} and never said '${text}':\n${this.said}`));
      };
      this.look();
    });
  }
}
