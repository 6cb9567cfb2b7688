/** Reads the fields of one request in order. A field that reaches past the end throws RangeError: the connection is then closed. */
export class RequestReader {
  private offset = 0;
  private readonly buffer: Buffer;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  int8(): number {
    return this.buffer.readInt8(this.advance(1));
  }

  int16(): number {
    return this.buffer.readInt16BE(this.advance(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.advance(4));
  }

  /** Offsets and times fit a number: 2^53 messages are more than a lab writes. */
  int64(): number {
    return Number(this.buffer.readBigInt64BE(this.advance(8)));
  }

  bool(): boolean {
    return this.int8() !== 0;
  }

  nullableString(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.take(length).toString('utf8');
  }

  string(): string {
    return this.nullableString() ?? '';
  }

  bytes(): Buffer | null {
    const length = this.int32();
    return length < 0 ? null : this.take(length);
  }

  array<T>(read: () => T): T[] {
    return this.nullableArray(read) ?? [];
  }

  nullableArray<T>(read: () => T): T[] | null {
    const length = this.int32();
    if (length < 0) return null;
    const items: T[] = [];
    // Each item takes at least a byte: a length that lies ends at the end of the request, not in memory.
    for (let i = 0; i < length; i += 1) items.push(read());
    return items;
  }

  private take(length: number): Buffer {
    const start = this.advance(length);
    return this.buffer.subarray(start, start + length);
  }

  private advance(length: number): number {
    const start = this.offset;
    if (start + length > this.buffer.length)
      throw new RangeError(`the request ends ${start + length - this.buffer.length} bytes too early`);
    this.offset += length;
    return start;
  }
}
