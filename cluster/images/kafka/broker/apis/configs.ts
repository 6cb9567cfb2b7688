import type { BrokerState } from '../broker-state.ts';
import { errorCode } from '../error-code.ts';
import { ResponseWriter } from '../response-writer.ts';
import type { Api } from './api.ts';

const topicResource = 2;

/** Kafka's defaults of the settings that tools show. They are told, not acted upon: nothing is ever deleted by age. */
const topicDefaults = new Map([
  ['cleanup.policy', 'delete'],
  ['retention.ms', '604800000'],
  ['retention.bytes', '-1'],
  ['max.message.bytes', '1048588'],
  ['min.insync.replicas', '1'],
]);

function settingsOf(state: BrokerState, type: number, name: string): { key: string; value: string; isDefault: boolean }[] | undefined {
  if (type !== topicResource) {
    return [{ key: 'num.partitions', value: String(state.settings.defaultPartitions), isDefault: false }];
  }
  const topic = state.topics.find(name);
  if (!topic) return undefined;
  return [...new Map([...topicDefaults, ...topic.config])].map(([key, value]) => ({ key, value, isDefault: !topic.config.has(key) }));
}

export const describeConfigs: Api = {
  key: 32,
  name: 'DescribeConfigs',
  minVersion: 0,
  maxVersion: 2,
  handle({ body, version }, state) {
    const resources = body.array(() => ({ type: body.int8(), name: body.string(), keys: body.nullableArray(() => body.string()) }));
    const response = new ResponseWriter().int32(0);
    return response.array(resources, ({ type, name, keys }) => {
      const settings = settingsOf(state, type, name);
      const shown = (settings ?? []).filter(({ key }) => !keys?.length || keys.includes(key));
      response
        .int16(settings ? errorCode.none : errorCode.unknownTopicOrPartition)
        .string(null)
        .int8(type)
        .string(name);
      response.array(shown, ({ key, value, isDefault }) => {
        response.string(key).string(value).bool(false);
        if (version === 0) response.bool(isDefault);
        else response.int8(isDefault ? 5 : 1);
        response.bool(false);
        if (version >= 1) response.array([], () => undefined);
      });
    });
  },
};

export const alterConfigs: Api = {
  key: 33,
  name: 'AlterConfigs',
  minVersion: 0,
  maxVersion: 1,
  handle({ body }, state) {
    const resources = body.array(() => ({
      type: body.int8(),
      name: body.string(),
      entries: body.array(() => [body.string(), body.nullableString() ?? ''] as const),
    }));
    const validateOnly = body.bool();
    const response = new ResponseWriter().int32(0);
    return response.array(resources, ({ type, name, entries }) => {
      const topic = type === topicResource ? state.topics.find(name) : undefined;
      const error = topic ? errorCode.none : type === topicResource ? errorCode.unknownTopicOrPartition : errorCode.invalidConfig;
      if (topic && !validateOnly) state.topics.configure(topic, new Map(entries));
      response
        .int16(error)
        .string(topic ? null : `there is no setting of '${name}' to change here`)
        .int8(type)
        .string(name);
    });
  },
};
