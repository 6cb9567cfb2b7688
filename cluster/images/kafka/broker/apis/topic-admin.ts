import type { BrokerState } from '../broker-state.ts';
import { type ErrorCode, errorCode } from '../error-code.ts';
import { ResponseWriter } from '../response-writer.ts';
import { isTopicName } from '../topics.ts';
import type { Api } from './api.ts';

/** More than this is a mistake, and each partition is an open file. */
const mostPartitions = 1000;

interface NewTopic {
  name: string;
  partitions: number;
  config: Map<string, string>;
}

function refuseTopic(state: BrokerState, { name, partitions }: NewTopic): { error: ErrorCode; message: string | null } {
  if (state.topics.find(name)) return { error: errorCode.topicAlreadyExists, message: `Topic '${name}' already exists.` };
  if (!isTopicName(name)) return { error: errorCode.invalidTopic, message: `Topic name '${name}' is not valid.` };
  if (partitions < 1 || partitions > mostPartitions) {
    return { error: errorCode.invalidPartitions, message: `Number of partitions must be 1 to ${mostPartitions}, not ${partitions}.` };
  }
  return { error: errorCode.none, message: null };
}

export const createTopics: Api = {
  key: 19,
  name: 'CreateTopics',
  minVersion: 0,
  maxVersion: 3,
  handle({ body, version }, state) {
    const topics = body.array((): NewTopic => {
      const name = body.string();
      const count = body.int32();
      body.int16();
      const assignments = body.array(() => [body.int32(), body.array(() => body.int32())]);
      const config = body.array(() => [body.string(), body.nullableString() ?? ''] as const);
      const partitions = assignments.length || (count === -1 ? state.settings.defaultPartitions : count);
      return { name, partitions, config: new Map(config) };
    });
    body.int32();
    const validateOnly = version >= 1 && body.bool();
    const response = new ResponseWriter();
    if (version >= 2) response.int32(0);
    return response.array(topics, (topic) => {
      const { error, message } = refuseTopic(state, topic);
      if (error === errorCode.none && !validateOnly) state.topics.create(topic.name, topic.partitions, topic.config);
      response.string(topic.name).int16(error);
      if (version >= 1) response.string(message);
    });
  },
};

export const deleteTopics: Api = {
  key: 20,
  name: 'DeleteTopics',
  minVersion: 0,
  maxVersion: 3,
  handle({ body, version }, state) {
    const response = new ResponseWriter();
    if (version >= 1) response.int32(0);
    return response.array(
      body.array(() => body.string()),
      (name) => {
        const topic = state.topics.find(name);
        if (topic) state.topics.delete(topic);
        response.string(name).int16(topic ? errorCode.none : errorCode.unknownTopicOrPartition);
      },
    );
  },
};

export const createPartitions: Api = {
  key: 37,
  name: 'CreatePartitions',
  minVersion: 0,
  maxVersion: 1,
  handle({ body }, state) {
    const topics = body.array(() => ({
      name: body.string(),
      count: body.int32(),
      assignments: body.nullableArray(() => body.array(() => body.int32())),
    }));
    body.int32();
    const validateOnly = body.bool();
    const response = new ResponseWriter().int32(0);
    return response.array(topics, ({ name, count }) => {
      const topic = state.topics.find(name);
      const fits = topic && count > topic.partitions.length && count <= mostPartitions;
      const error = !topic ? errorCode.unknownTopicOrPartition : fits ? errorCode.none : errorCode.invalidPartitions;
      if (topic && fits && !validateOnly) state.topics.grow(topic, count);
      response
        .string(name)
        .int16(error)
        .string(topic && !fits ? `Topic currently has ${topic.partitions.length} partitions.` : null);
    });
  },
};

export const deleteRecords: Api = {
  key: 21,
  name: 'DeleteRecords',
  minVersion: 0,
  maxVersion: 1,
  handle({ body }, state) {
    const topics = body.array(() => ({
      name: body.string(),
      partitions: body.array(() => ({ index: body.int32(), before: body.int64() })),
    }));
    const response = new ResponseWriter().int32(0);
    return response.array(topics, ({ name, partitions }) =>
      response.string(name).array(partitions, ({ index, before }) => {
        const log = state.topics.partition(name, index);
        const error = !log ? errorCode.unknownTopicOrPartition : before > log.nextOffset ? errorCode.offsetOutOfRange : errorCode.none;
        if (log && error === errorCode.none) log.deleteBefore(before === -1 ? log.nextOffset : before);
        response
          .int32(index)
          .int64(log?.startOffset ?? -1)
          .int16(error);
      }),
    );
  },
};
