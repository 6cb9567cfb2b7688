import { errorCode } from '../error-code.ts';
import { ResponseWriter } from '../response-writer.ts';
import type { Api } from './api.ts';

/** Appends record batches. Transactional ones are refused: this broker has no transactions. */
export const produce: Api = {
  key: 0,
  name: 'Produce',
  minVersion: 3,
  maxVersion: 7,
  handle({ body, version }, state) {
    const transactional = body.nullableString() !== null;
    const acks = body.int16();
    body.int32();
    const topics = body.array(() => ({
      name: body.string(),
      partitions: body.array(() => ({ index: body.int32(), records: body.bytes() })),
    }));
    const response = new ResponseWriter();
    response.array(topics, ({ name, partitions }) =>
      response.string(name).array(partitions, ({ index, records }) => {
        const log = state.topics.partition(name, index);
        const refused = transactional ? errorCode.transactionalIdAuthorizationFailed : errorCode.unknownTopicOrPartition;
        const { error, baseOffset } = log && records && !transactional ? log.append(records) : { error: refused, baseOffset: -1 };
        response.int32(index).int16(error).int64(baseOffset).int64(-1);
        if (version >= 5) response.int64(log?.startOffset ?? -1);
      }),
    );
    return acks === 0 ? null : response.int32(0);
  },
};
