import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, errorCode } from './error-code.ts';
import { ProducerSequences } from './producer-sequences.ts';
import { batchFormat, batchHeaderBytes, batchIsSound, placeBatch, type RecordBatch, readBatch } from './record-batch.ts';

interface Place extends RecordBatch {
  /** Where the batch begins in the file. */
  position: number;
}

export type Appended = { error: ErrorCode; baseOffset: number };

/**
 * One partition: an append-only file of record batches and an index of it in memory. A write is in the kernel's page cache before it is
 * acknowledged, so it survives SIGKILL of this process (not a power cut: Kafka's own default does not fsync each write either).
 */
export class PartitionLog {
  /** First offset that can be read. */
  startOffset = 0;
  /** Offset that the next record gets; also the high watermark, as there is one replica. */
  nextOffset = 0;
  readonly sequences = new ProducerSequences();
  /** Called once after the next append; fetches that wait for data put themselves here. */
  readonly waiters = new Set<() => void>();
  private readonly places: Place[] = [];
  private readonly file: number;
  private readonly startFile: string;
  private end = 0;

  /** Opens or makes the log in `folder`. A torn or damaged tail, as SIGKILL may leave one, is cut off. */
  constructor(folder: string) {
    this.file = openSync(join(folder, '00000000000000000000.log'), 'a+');
    this.startFile = join(folder, 'log-start-offset');
    this.recover();
  }

  append(records: Buffer): Appended {
    const refuse = (error: ErrorCode): Appended => ({ error, baseOffset: -1 });
    const batches: { batch: RecordBatch; bytes: Buffer }[] = [];
    for (let at = 0; at < records.length; ) {
      if (at + batchHeaderBytes > records.length) return refuse(errorCode.corruptMessage);
      if (batchFormat(records, at) !== 2) return refuse(errorCode.unsupportedForMessageFormat);
      const batch = readBatch(records, at);
      if (!batch) return refuse(errorCode.corruptMessage);
      const bytes = records.subarray(at, at + batch.bytes);
      if (!batchIsSound(bytes)) return refuse(errorCode.corruptMessage);
      batches.push({ batch, bytes });
      at += batch.bytes;
    }
    let first = -1;
    for (const { batch, bytes } of batches) {
      const decision = this.sequences.decide(batch);
      if (decision.kind === 'out-of-order') return refuse(errorCode.outOfOrderSequenceNumber);
      const baseOffset = decision.kind === 'duplicate' ? decision.baseOffset : this.write(placeBatch(bytes, this.nextOffset));
      if (first < 0) first = baseOffset;
    }
    for (const wake of [...this.waiters]) wake();
    return { error: errorCode.none, baseOffset: first };
  }

  /** Whole batches from the one that holds `offset`, at most `maxBytes` of them but at least one. */
  read(offset: number, maxBytes: number): Buffer[] {
    const found: Buffer[] = [];
    let total = 0;
    for (let i = this.indexOf(offset); i < this.places.length; i += 1) {
      const { position, bytes } = this.places[i] as Place;
      if (total > 0 && total + bytes > maxBytes) break;
      const buffer = Buffer.allocUnsafe(bytes);
      readSync(this.file, buffer, 0, bytes, position);
      found.push(buffer);
      total += bytes;
    }
    return found;
  }

  /** How many bytes a read from `offset` could give. */
  available(offset: number): number {
    const first = this.places[this.indexOf(offset)];
    return first ? this.end - first.position : 0;
  }

  /** The first batch not older than the time; null: there is none. */
  findByTime(timestampMs: number): { offset: number; timestampMs: number } | null {
    const place = this.places.find((one) => one.lastOffset >= this.startOffset && one.maxTimestampMs >= timestampMs);
    return place ? { offset: Math.max(place.baseOffset, this.startOffset), timestampMs: place.maxTimestampMs } : null;
  }

  /** Hides all before `offset` for good. The bytes stay in the file: a lab's log is short. */
  deleteBefore(offset: number): void {
    this.startOffset = Math.max(this.startOffset, Math.min(offset, this.nextOffset));
    writeFileSync(this.startFile, `${this.startOffset}\n`);
  }

  close(): void {
    for (const wake of [...this.waiters]) wake();
    closeSync(this.file);
  }

  private write(bytes: Buffer): number {
    const batch = readBatch(bytes, 0) as RecordBatch;
    for (let written = 0; written < bytes.length; ) written += writeSync(this.file, bytes, written);
    this.remember(batch, this.end);
    return batch.baseOffset;
  }

  private remember(batch: RecordBatch, position: number): void {
    this.places.push({ ...batch, position });
    this.sequences.record(batch);
    this.nextOffset = batch.lastOffset + 1;
    this.end = position + batch.bytes;
  }

  private recover(): void {
    const size = fstatSync(this.file).size;
    const stored = Buffer.allocUnsafe(size);
    for (let got = 0; got < size; ) got += readSync(this.file, stored, got, size - got, got);
    for (let at = 0; at < size; at = this.end) {
      const batch = readBatch(stored, at);
      if (!batch || batch.baseOffset !== this.nextOffset || !batchIsSound(stored.subarray(at, at + batch.bytes))) break;
      this.remember(batch, at);
    }
    if (this.end < size) ftruncateSync(this.file, this.end);
    this.startOffset = Math.min(this.storedStart(), this.nextOffset);
  }

  private storedStart(): number {
    try {
      return Number(readFileSync(this.startFile, 'utf8')) || 0;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
      throw error;
    }
  }

  private indexOf(offset: number): number {
    let low = 0;
    let high = this.places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.places[middle] as Place).lastOffset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
