import type { RecordBatch } from './record-batch.ts';

/** How many batches of a producer are remembered: a producer has at most five requests in flight (Kafka's ProducerStateEntry). */
const remembered = 5;

interface Entry {
  epoch: number;
  batches: { first: number; last: number; baseOffset: number }[];
}

export type SequenceDecision = { kind: 'append' } | { kind: 'duplicate'; baseOffset: number } | { kind: 'out-of-order' };

/** What each idempotent producer wrote last to one partition, so that a repeated batch is known again and a gap is refused. */
export class ProducerSequences {
  private readonly entries = new Map<number, Entry>();

  decide(batch: RecordBatch): SequenceDecision {
    if (batch.producerId < 0 || batch.baseSequence < 0) return { kind: 'append' };
    const entry = this.entries.get(batch.producerId);
    if (!entry || batch.producerEpoch > entry.epoch) return { kind: 'append' };
    const again = entry.batches.find(({ first, last }) => first === batch.baseSequence && last === batch.lastSequence);
    if (again) return { kind: 'duplicate', baseOffset: again.baseOffset };
    const next = ((entry.batches.at(-1)?.last ?? -1) + 1) % 0x80000000;
    return batch.producerEpoch < entry.epoch || batch.baseSequence !== next ? { kind: 'out-of-order' } : { kind: 'append' };
  }

  /** To be called with each batch that went into the log, also while it is read again after a restart. */
  record(batch: RecordBatch): void {
    if (batch.producerId < 0 || batch.baseSequence < 0) return;
    const known = this.entries.get(batch.producerId);
    const entry = known && known.epoch === batch.producerEpoch ? known : { epoch: batch.producerEpoch, batches: [] };
    entry.batches.push({ first: batch.baseSequence, last: batch.lastSequence, baseOffset: batch.baseOffset });
    if (entry.batches.length > remembered) entry.batches.shift();
    this.entries.set(batch.producerId, entry);
  }

  /** The highest producer id seen, so that ids given after a restart are new. */
  highestId(): number {
    return Math.max(-1, ...this.entries.keys());
  }
}
