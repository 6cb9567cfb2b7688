import { errorCode } from '../error-code.ts';
import type { PartitionLog } from '../partition-log.ts';
import { ResponseWriter } from '../response-writer.ts';
import type { Api } from './api.ts';

const latest = -1;
const earliest = -2;

function find(log: PartitionLog, timestampMs: number): { offset: number; timestampMs: number } {
  if (timestampMs === latest) return { offset: log.nextOffset, timestampMs: -1 };
  if (timestampMs === earliest) return { offset: log.startOffset, timestampMs: -1 };
  return log.findByTime(timestampMs) ?? { offset: -1, timestampMs: -1 };
}

/** First and last offsets, and the first one not older than a time. */
export const listOffsets: Api = {
  key: 2,
  name: 'ListOffsets',
  minVersion: 1,
  maxVersion: 3,
  handle({ body, version }, state) {
    body.int32();
    if (version >= 2) body.int8();
    const topics = body.array(() => ({
      name: body.string(),
      partitions: body.array(() => ({ index: body.int32(), timestampMs: body.int64() })),
    }));
    const response = new ResponseWriter();
    if (version >= 2) response.int32(0);
    return response.array(topics, ({ name, partitions }) =>
      response.string(name).array(partitions, ({ index, timestampMs }) => {
        const log = state.topics.partition(name, index);
        const found = log ? find(log, timestampMs) : { offset: -1, timestampMs: -1 };
        response
          .int32(index)
          .int16(log ? errorCode.none : errorCode.unknownTopicOrPartition)
          .int64(found.timestampMs)
          .int64(found.offset);
      }),
    );
  },
};
