import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32c } from './crc32c.ts';
import { errorCode } from './error-code.ts';
import { PartitionLog } from './partition-log.ts';

/** A batch of `count` records whose contents nobody reads. */
function batch(count: number, { producerId = -1, sequence = -1, timestampMs = 0 } = {}): Buffer {
  const bytes = Buffer.alloc(61 + 10 * count, 7);
  bytes.writeBigInt64BE(0n, 0);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt32BE(-1, 12);
  bytes.writeInt8(2, 16);
  bytes.writeInt16BE(0, 21);
  bytes.writeInt32BE(count - 1, 23);
  bytes.writeBigInt64BE(BigInt(timestampMs), 27);
  bytes.writeBigInt64BE(BigInt(timestampMs), 35);
  bytes.writeBigInt64BE(BigInt(producerId), 43);
  bytes.writeInt16BE(producerId < 0 ? -1 : 0, 51);
  bytes.writeInt32BE(sequence, 53);
  bytes.writeInt32BE(count, 57);
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  return bytes;
}

describe('a partition log', () => {
  let folder: string;
  const file = (): string => join(folder, '00000000000000000000.log');
  const open: PartitionLog[] = [];
  const openLog = (): PartitionLog => {
    const log = new PartitionLog(folder);
    open.push(log);
    return log;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoplab-log-'));
  });
  afterEach(() => {
    for (const log of open.splice(0)) log.close();
    rmSync(folder, { recursive: true });
  });

  it('gives offsets in order and reads whole batches from the one that holds the offset', () => {
    const log = openLog();
    expect(log.append(batch(3))).toEqual({ error: errorCode.none, baseOffset: 0 });
    expect(log.append(Buffer.concat([batch(2), batch(1)]))).toEqual({ error: errorCode.none, baseOffset: 3 });
    expect(log.nextOffset).toBe(6);
    expect(log.read(4, 1_000_000).map((bytes) => Number(bytes.readBigInt64BE(0)))).toEqual([3, 5]);
    expect(log.read(0, 1)).toHaveLength(1);
    expect(log.read(6, 1_000_000)).toEqual([]);
  });

  it('cuts off a torn tail and goes on after the last whole batch', () => {
    openLog().append(batch(3));
    const whole = statSync(file()).size;
    appendFileSync(file(), batch(2).subarray(0, 70));
    const log = openLog();
    expect(log.nextOffset).toBe(3);
    expect(statSync(file()).size).toBe(whole);
    expect(log.append(batch(1)).baseOffset).toBe(3);
  });

  it('cuts off a batch whose checksum does not fit', () => {
    const first = openLog();
    first.append(batch(3));
    first.append(batch(2));
    const bytes = readFileSync(file());
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(file(), bytes);
    expect(openLog().nextOffset).toBe(3);
  });

  it('refuses a damaged batch and writes none of the request', () => {
    const log = openLog();
    const damaged = batch(2);
    damaged[damaged.length - 1] = 0;
    expect(log.append(Buffer.concat([batch(1), damaged])).error).toBe(errorCode.corruptMessage);
    expect(log.append(batch(2).subarray(0, 65)).error).toBe(errorCode.corruptMessage);
    expect(log.nextOffset).toBe(0);
  });

  it('knows a repeated batch of an idempotent producer again, also after a restart, and refuses a gap', () => {
    const log = openLog();
    log.append(batch(2, { producerId: 7, sequence: 0 }));
    log.append(batch(2, { producerId: 7, sequence: 2 }));
    for (const one of [log, openLog()]) {
      expect(one.append(batch(2, { producerId: 7, sequence: 2 }))).toEqual({ error: errorCode.none, baseOffset: 2 });
      expect(one.append(batch(1, { producerId: 7, sequence: 9 })).error).toBe(errorCode.outOfOrderSequenceNumber);
      expect(one.nextOffset).toBe(4);
    }
  });

  it('hides deleted records for good', () => {
    const log = openLog();
    log.append(batch(5));
    log.deleteBefore(3);
    expect(openLog().startOffset).toBe(3);
    log.deleteBefore(99);
    expect(log.startOffset).toBe(5);
  });

  it('finds the first batch that is not older than a time', () => {
    const log = openLog();
    log.append(batch(2, { timestampMs: 1000 }));
    log.append(batch(2, { timestampMs: 2000 }));
    expect(log.findByTime(1001)).toEqual({ offset: 2, timestampMs: 2000 });
    expect(log.findByTime(2001)).toBeNull();
  });

  it('has the checksum of CRC-32C', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });
});
