import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CommittedOffset {
  offset: number;
  metadata: string | null;
}

/** `offset: null` takes the group away. */
type Line = [group: string, topic: string, partition: number, offset: number, metadata: string | null] | [group: string];

const keyOf = (topic: string, partition: number): string => `${topic}/${partition}`;

/** The offsets that consumer groups committed, kept as a file of JSON lines that is written before a commit is acknowledged. */
export class CommittedOffsets {
  private readonly file: string;
  private readonly groups = new Map<string, Map<string, CommittedOffset & { topic: string; partition: number }>>();

  /** Reads what is there, leaves out a torn last line, and writes the rest anew without what was overtaken. */
  constructor(dataDir: string) {
    this.file = join(dataDir, 'committed-offsets.jsonl');
    for (const line of existsSync(this.file) ? readFileSync(this.file, 'utf8').split('\n') : []) this.take(line);
    const rest = [...this.groups].flatMap(([group, offsets]) =>
      [...offsets.values()].map((one) => JSON.stringify([group, one.topic, one.partition, one.offset, one.metadata])),
    );
    writeFileSync(`${this.file}.new`, rest.map((line) => `${line}\n`).join(''));
    renameSync(`${this.file}.new`, this.file);
  }

  groupIds(): string[] {
    return [...this.groups.keys()];
  }

  find(group: string, topic: string, partition: number): CommittedOffset | undefined {
    return this.groups.get(group)?.get(keyOf(topic, partition));
  }

  of(group: string): { topic: string; partition: number }[] {
    return [...(this.groups.get(group)?.values() ?? [])];
  }

  commit(group: string, topic: string, partition: number, offset: number, metadata: string | null): void {
    this.write([group, topic, partition, offset, metadata]);
  }

  deleteGroup(group: string): void {
    this.write([group]);
  }

  private write(line: Line): void {
    appendFileSync(this.file, `${JSON.stringify(line)}\n`);
    this.apply(line);
  }

  private apply([group, topic, partition, offset, metadata]: Line): void {
    if (topic === undefined || partition === undefined || offset === undefined) {
      this.groups.delete(group);
      return;
    }
    const offsets = this.groups.get(group) ?? new Map();
    offsets.set(keyOf(topic, partition), { topic, partition, offset, metadata: metadata ?? null });
    this.groups.set(group, offsets);
  }

  private take(text: string): void {
    if (!text) return;
    try {
      this.apply(JSON.parse(text) as Line);
    } catch (error) {
      // Only the last line can be torn, and what it would have said was never acknowledged.
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
}
