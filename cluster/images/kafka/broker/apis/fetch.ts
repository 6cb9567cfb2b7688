import type { BrokerState } from '../broker-state.ts';
import { byTopic } from '../by-topic.ts';
import { errorCode } from '../error-code.ts';
import type { PartitionLog } from '../partition-log.ts';
import { ResponseWriter } from '../response-writer.ts';
import type { Api, Request } from './api.ts';

interface Wanted {
  topic: string;
  index: number;
  offset: number;
  maxBytes: number;
}

interface Fetched extends Wanted {
  error: number;
  log: PartitionLog | undefined;
  batches: Buffer[];
}

function readRequest({ body, version }: Request): { waitMs: number; minBytes: number; maxBytes: number; wanted: Wanted[] } {
  body.int32();
  const waitMs = body.int32();
  const minBytes = body.int32();
  const maxBytes = body.int32();
  body.int8();
  if (version >= 7) {
    body.int32();
    body.int32();
  }
  const topics = body.array(() => {
    const topic = body.string();
    return body.array(() => {
      const index = body.int32();
      if (version >= 9) body.int32();
      const offset = body.int64();
      if (version >= 5) body.int64();
      return { topic, index, offset, maxBytes: body.int32() };
    });
  });
  return { waitMs, minBytes, maxBytes, wanted: topics.flat() };
}

const errorOf = (log: PartitionLog | undefined, offset: number): number =>
  !log
    ? errorCode.unknownTopicOrPartition
    : offset < log.startOffset || offset > log.nextOffset
      ? errorCode.offsetOutOfRange
      : errorCode.none;

/** Waits until there is enough to answer with, the time is over or the client is gone. */
function untilWorthAnswering(state: BrokerState, wanted: Wanted[], waitMs: number, minBytes: number, gone: AbortSignal): Promise<void> {
  const logs = wanted.map(({ topic, index }) => state.topics.partition(topic, index));
  const enough = (): boolean => {
    if (wanted.some(({ topic, index, offset }) => errorOf(state.topics.partition(topic, index), offset) !== errorCode.none)) return true;
    return wanted.reduce((total, { offset }, i) => total + (logs[i]?.available(offset) ?? 0), 0) >= minBytes;
  };
  if (waitMs <= 0 || wanted.length === 0 || enough()) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      gone.removeEventListener('abort', done);
      for (const log of logs) log?.waiters.delete(look);
      resolve();
    };
    const look = (): void => {
      if (enough()) done();
    };
    const timer = setTimeout(done, waitMs);
    gone.addEventListener('abort', done);
    for (const log of logs) log?.waiters.add(look);
  });
}

function read(state: BrokerState, wanted: Wanted[], maxBytes: number): Fetched[] {
  let left = maxBytes;
  return wanted.map((one) => {
    const log = state.topics.partition(one.topic, one.index);
    const error = errorOf(log, one.offset);
    const batches = error === errorCode.none && left > 0 ? (log?.read(one.offset, Math.min(one.maxBytes, left)) ?? []) : [];
    left -= batches.reduce((total, batch) => total + batch.length, 0);
    return { ...one, error, log, batches };
  });
}

/** Reads from logs, waiting for new records as the client asks. Sessions (KIP-227) are not kept: each answer is whole. */
export const fetch: Api = {
  key: 1,
  name: 'Fetch',
  minVersion: 4,
  maxVersion: 11,
  async handle(request, state) {
    const { version, gone } = request;
    const { waitMs, minBytes, maxBytes, wanted } = readRequest(request);
    await untilWorthAnswering(state, wanted, waitMs, minBytes, gone);
    const fetched = byTopic(read(state, wanted, maxBytes));
    const response = new ResponseWriter().int32(0);
    if (version >= 7) response.int16(errorCode.none).int32(0);
    return response.array(fetched, ([topic, partitions]) =>
      response.string(topic).array(partitions, ({ index, error, log, batches }) => {
        const highWatermark = log?.nextOffset ?? -1;
        response.int32(index).int16(error).int64(highWatermark).int64(highWatermark);
        if (version >= 5) response.int64(log?.startOffset ?? -1);
        response.int32(-1);
        if (version >= 11) response.int32(-1);
        response.int32(batches.reduce((total, batch) => total + batch.length, 0)).raw(batches);
      }),
    );
  },
};
