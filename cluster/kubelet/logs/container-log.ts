import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

type Stream = 'stdout' | 'stderr';
export type LogListener = (entries: Buffer | 'end') => void;

/** Longer lines are stored in parts, as container runtimes do. */
const LONGEST = 16 * 1024;
const ROTATE_AT_BYTES = 10 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * What one container instance wrote, on disk in the form of container runtimes (`<RFC 3339 time> stdout F <line>`; P for a part of a line).
 * At 10 MiB the file is moved to `.1`, so that no more than twice that is kept.
 */
export class ContainerLog {
  private readonly path: string;
  private readonly now: () => number;
  private readonly rotateAtBytes: number;
  private file: number | undefined;
  private size = 0;
  private rest: Record<Stream, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  private readonly listeners = new Set<LogListener>();

  constructor(path: string, now: () => number = Date.now, rotateAtBytes = ROTATE_AT_BYTES) {
    this.path = path;
    this.now = now;
    this.rotateAtBytes = rotateAtBytes;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.file = openSync(path, 'a', 0o600);
  }

  write(stream: Stream, chunk: Buffer): void {
    let text = Buffer.concat([this.rest[stream], chunk]);
    const time = new Date(this.now()).toISOString().replace('Z', '000000Z');
    const entries: Buffer[] = [];
    const add = (kind: 'F' | 'P', line: Buffer) => entries.push(Buffer.from(`${time} ${stream} ${kind} `), line, Buffer.from('\n'));
    for (;;) {
      const end = text.indexOf(NEWLINE);
      if (end >= 0 && end <= LONGEST) {
        add('F', text.subarray(0, end));
        text = text.subarray(end + 1);
      } else if (text.length > LONGEST) {
        add('P', text.subarray(0, LONGEST));
        text = text.subarray(LONGEST);
      } else break;
    }
    this.rest[stream] = text;
    if (entries.length > 0) this.append(Buffer.concat(entries));
  }

  /** Writes what has no end of line yet, and closes. */
  end(): void {
    if (this.file === undefined) return;
    for (const stream of ['stdout', 'stderr'] as const) if (this.rest[stream].length > 0) this.write(stream, Buffer.from('\n'));
    closeSync(this.file);
    this.file = undefined;
    for (const listener of this.listeners) listener('end');
    this.listeners.clear();
  }

  /** All entries that are kept, oldest first. */
  read(): Buffer {
    const older = `${this.path}.1`;
    return Buffer.concat([
      existsSync(older) ? readFileSync(older) : Buffer.alloc(0),
      existsSync(this.path) ? readFileSync(this.path) : Buffer.alloc(0),
    ]);
  }

  /** Calls `listener` with entries as they come, then with `end`; nothing where it has ended. Answers how to stop. */
  follow(listener: LogListener): () => void {
    if (this.file === undefined) listener('end');
    else this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Takes it from the disk. */
  remove(): void {
    this.end();
    for (const path of [this.path, `${this.path}.1`]) rmSync(path, { force: true });
  }

  private append(entries: Buffer): void {
    if (this.file === undefined) return;
    if (this.size + entries.length > this.rotateAtBytes) {
      closeSync(this.file);
      renameSync(this.path, `${this.path}.1`);
      this.file = openSync(this.path, 'a', 0o600);
      this.size = 0;
    }
    writeSync(this.file, entries);
    this.size += entries.length;
    for (const listener of this.listeners) listener(entries);
  }
}
