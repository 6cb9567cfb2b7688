/** Collects the fields of one response. Bytes given to `raw` are passed on without a copy. */
export class ResponseWriter {
  private page = Buffer.allocUnsafe(512);
  private used = 0;
  private readonly parts: Buffer[] = [];
  private size = 0;

  int8(value: number): this {
    const at = this.room(1);
    this.page.writeInt8(value, at);
    return this;
  }

  int16(value: number): this {
    const at = this.room(2);
    this.page.writeInt16BE(value, at);
    return this;
  }

  int32(value: number): this {
    const at = this.room(4);
    this.page.writeInt32BE(value, at);
    return this;
  }

  int64(value: number | bigint): this {
    const at = this.room(8);
    this.page.writeBigInt64BE(BigInt(value), at);
    return this;
  }

  bool(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }

  string(value: string | null): this {
    if (value === null) return this.int16(-1);
    const length = Buffer.byteLength(value);
    this.int16(length);
    const at = this.room(length);
    this.page.write(value, at, 'utf8');
    return this;
  }

  bytes(value: Buffer): this {
    return this.int32(value.length).raw([value]);
  }

  raw(buffers: readonly Buffer[]): this {
    this.closePage();
    for (const buffer of buffers) this.push(buffer);
    return this;
  }

  array<T>(items: readonly T[], write: (item: T) => unknown): this {
    this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }

  /** The whole response with its length and correlation id in front. */
  finish(correlationId: number): Buffer[] {
    this.closePage();
    const head = Buffer.allocUnsafe(8);
    head.writeInt32BE(this.size + 4, 0);
    head.writeInt32BE(correlationId, 4);
    return [head, ...this.parts];
  }

  private room(length: number): number {
    if (this.used + length > this.page.length) {
      this.closePage();
      this.page = Buffer.allocUnsafe(Math.max(512, length));
    }
    const at = this.used;
    this.used += length;
    return at;
  }

  private closePage(): void {
    if (this.used === 0) return;
    this.push(this.page.subarray(0, this.used));
    this.page = this.page.subarray(this.used);
    this.used = 0;
  }

  private push(buffer: Buffer): void {
    this.parts.push(buffer);
    this.size += buffer.length;
  }
}
