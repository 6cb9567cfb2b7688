import { crc32c } from './crc32c.ts';

/** Bytes before the first record of a batch of format 2. */
export const batchHeaderBytes = 61;

/** What the broker needs to know of a record batch; the records themselves stay opaque, compressed or not. */
export interface RecordBatch {
  /** Offset of its first record. */
  baseOffset: number;
  /** Offset of its last record. */
  lastOffset: number;
  maxTimestampMs: number;
  producerId: number;
  producerEpoch: number;
  /** -1: not from an idempotent producer. */
  baseSequence: number;
  lastSequence: number;
  bytes: number;
}

/** The header of the batch that begins at `at`; undefined where the bytes end before the batch does. */
export function readBatch(buffer: Buffer, at: number): RecordBatch | undefined {
  if (at + batchHeaderBytes > buffer.length) return undefined;
  const bytes = buffer.readInt32BE(at + 8) + 12;
  if (bytes < batchHeaderBytes || at + bytes > buffer.length) return undefined;
  const baseOffset = Number(buffer.readBigInt64BE(at));
  const lastDelta = buffer.readInt32BE(at + 23);
  const baseSequence = buffer.readInt32BE(at + 53);
  return {
    baseOffset,
    lastOffset: baseOffset + lastDelta,
    maxTimestampMs: Number(buffer.readBigInt64BE(at + 35)),
    producerId: Number(buffer.readBigInt64BE(at + 43)),
    producerEpoch: buffer.readInt16BE(at + 51),
    baseSequence,
    lastSequence: baseSequence < 0 ? -1 : (baseSequence + lastDelta) % 0x80000000,
    bytes,
  };
}

export const batchFormat = (buffer: Buffer, at: number): number => buffer.readInt8(at + 16);

/** Whether the batch's own checksum fits; it covers all from the attributes on. */
export const batchIsSound = (batch: Buffer): boolean => batch.readUInt32BE(17) === crc32c(batch.subarray(21));

/** A copy of the batch under its place in the log. Both fields lie outside the checksum, so that no record is touched. */
export function placeBatch(batch: Buffer, baseOffset: number): Buffer {
  const placed = Buffer.from(batch);
  placed.writeBigInt64BE(BigInt(baseOffset), 0);
  placed.writeInt32BE(0, 12);
  return placed;
}
