import { closeSync, openSync, readSync } from 'node:fs';
import { LineSplitter } from '../../engine/line-splitter.ts';

const lookEveryMs = 100;
const chunkBytes = 1 << 20;

/** Reads a file that another writes, line by line, from its beginning. */
export class TailedFile {
  private readonly path: string;
  private readonly onLine: (line: string) => void;
  private readonly timer: NodeJS.Timeout;
  private readonly lines = new LineSplitter();
  private descriptor: number | undefined;
  private isClosed = false;

  /** `onError`: of reading, or of `onLine`; then nothing more is read. */
  constructor(path: string, onLine: (line: string) => void, onError: (error: Error) => void) {
    this.path = path;
    this.onLine = onLine;
    this.timer = setInterval(() => {
      try {
        this.read();
      } catch (error) {
        this.close();
        onError(error as Error);
      }
    }, lookEveryMs);
  }

  /** Reads what is there to the end, also a last line without one. Throws what `onLine` throws. */
  finish(): void {
    this.read();
    if (this.lines.rest !== '') this.onLine(this.lines.rest);
    this.lines.rest = '';
    this.close();
  }

  close(): void {
    this.isClosed = true;
    clearInterval(this.timer);
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private read(): void {
    if (this.isClosed) return;
    this.descriptor ??= openIfThere(this.path);
    if (this.descriptor === undefined) return;
    const chunk = Buffer.alloc(chunkBytes);
    for (let bytes = readSync(this.descriptor, chunk); bytes > 0; bytes = readSync(this.descriptor, chunk)) {
      for (const line of this.lines.push(chunk.subarray(0, bytes))) if (line !== '') this.onLine(line);
    }
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
