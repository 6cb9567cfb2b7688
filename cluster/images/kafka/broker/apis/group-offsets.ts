import { byTopic } from '../by-topic.ts';
import { errorCode } from '../error-code.ts';
import { ResponseWriter } from '../response-writer.ts';
import type { Api } from './api.ts';

export const offsetCommit: Api = {
  key: 8,
  name: 'OffsetCommit',
  minVersion: 2,
  maxVersion: 5,
  handle({ body, version }, state) {
    const group = body.string();
    const generation = body.int32();
    const memberId = body.string();
    if (version < 5) body.int64();
    const topics = body.array(() => ({
      name: body.string(),
      partitions: body.array(() => ({ index: body.int32(), offset: body.int64(), metadata: body.nullableString() })),
    }));
    const refused = state.group(group).mayCommit(memberId, generation);
    const response = new ResponseWriter();
    if (version >= 3) response.int32(0);
    return response.array(topics, ({ name, partitions }) =>
      response.string(name).array(partitions, ({ index, offset, metadata }) => {
        const unknown = state.topics.partition(name, index) ? errorCode.none : errorCode.unknownTopicOrPartition;
        const error = refused || unknown;
        if (error === errorCode.none) state.offsets.commit(group, name, index, offset, metadata);
        response.int32(index).int16(error);
      }),
    );
  },
};

/** Offset -1 says that the group has committed none for the partition. */
export const offsetFetch: Api = {
  key: 9,
  name: 'OffsetFetch',
  minVersion: 1,
  maxVersion: 4,
  handle({ body, version }, state) {
    const group = body.string();
    const asked = body.nullableArray(() => ({ name: body.string(), partitions: body.array(() => body.int32()) }));
    const known = byTopic(state.offsets.of(group));
    const topics = asked ?? known.map(([name, offsets]) => ({ name, partitions: offsets.map(({ partition }) => partition) }));
    const response = new ResponseWriter();
    if (version >= 3) response.int32(0);
    response.array(topics, ({ name, partitions }) =>
      response.string(name).array(partitions, (index) => {
        const found = state.offsets.find(group, name, index);
        response
          .int32(index)
          .int64(found?.offset ?? -1)
          .string(found?.metadata ?? '')
          .int16(errorCode.none);
      }),
    );
    return version >= 2 ? response.int16(errorCode.none) : response;
  },
};
