/** Types of DNS records that the cluster answers. */
export const recordType = { A: 1, AAAA: 28, SRV: 33 } as const;
export const responseCode = { noError: 0, formatError: 1, nameError: 3, notImplemented: 4, refused: 5 } as const;

export interface Question {
  id: number;
  name: string;
  type: number;
  recursionDesired: boolean;
  /** The question's own bytes, which the answer repeats. */
  bytes: Buffer;
}

export type DnsRecord = { type: 'A'; name: string; address: string } | { type: 'SRV'; name: string; port: number; target: string };

/** The one question of a query (RFC 1035). Undefined where it is not a query that can be read. */
export function readQuestion(message: Buffer): Question | undefined {
  if (message.length < 17 || ((message[2] ?? 0) & 0xf8) !== 0 || message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let offset = 12;
  for (;;) {
    const length = message[offset];
    if (length === undefined || length > 63) return undefined;
    offset += 1;
    if (length === 0) break;
    labels.push(message.toString('latin1', offset, offset + length));
    offset += length;
  }
  if (offset + 4 > message.length) return undefined;
  return {
    id: message.readUInt16BE(0),
    name: labels.join('.').toLowerCase(),
    type: message.readUInt16BE(offset),
    recursionDesired: ((message[2] ?? 0) & 1) === 1,
    bytes: message.subarray(12, offset + 4),
  };
}

function nameBytes(name: string): Buffer {
  const labels = name.split('.').filter(Boolean);
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])),
    Buffer.from([0]),
  ]);
}

/** Answers change with every Pod: nobody is to keep them. */
const ttlSeconds = 0;

function recordBytes(record: DnsRecord): Buffer {
  const data =
    record.type === 'A'
      ? Buffer.from(record.address.split('.').map(Number))
      : Buffer.concat([Buffer.from([0, 0, 0, 100, record.port >> 8, record.port & 0xff]), nameBytes(record.target)]);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(recordType[record.type], 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(ttlSeconds, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([nameBytes(record.name), fixed, data]);
}

/** The answer to a question. `maxBytes`: what does not fit is left out, and the answer is marked truncated. */
export function writeAnswer(question: Question, code: number, records: DnsRecord[], maxBytes = 1232): Buffer {
  const answers: Buffer[] = [];
  let size = 12 + question.bytes.length;
  for (const bytes of records.map(recordBytes)) {
    if (size + bytes.length > maxBytes) break;
    size += bytes.length;
    answers.push(bytes);
  }
  const truncated = answers.length < records.length;
  const header = Buffer.alloc(12);
  header.writeUInt16BE(question.id, 0);
  header[2] = 0x84 | (truncated ? 2 : 0) | (question.recursionDesired ? 1 : 0);
  header[3] = 0x80 | code;
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, question.bytes, ...answers]);
}
