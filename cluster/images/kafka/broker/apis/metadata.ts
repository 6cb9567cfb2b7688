import { errorCode } from '../error-code.ts';
import { ResponseWriter } from '../response-writer.ts';
import { isTopicName } from '../topics.ts';
import type { Api } from './api.ts';

const nodeId = 0;

/** Which topics there are and where they are led: all on this one node. */
export const metadata: Api = {
  key: 3,
  name: 'Metadata',
  minVersion: 0,
  maxVersion: 6,
  handle({ body, version }, state) {
    const asked = body.nullableArray(() => body.string());
    const mayCreate = version >= 4 ? body.bool() : true;
    // Version 0 has no null: an empty list asks for all.
    const all = asked === null || (version === 0 && asked.length === 0);
    const names = all ? state.topics.all().map(({ name }) => name) : asked;
    const response = new ResponseWriter();
    if (version >= 3) response.int32(0);
    response.array([state.advertised], ({ host, port }) => {
      response.int32(nodeId).string(host).int32(port);
      if (version >= 1) response.string(null);
    });
    if (version >= 2) response.string('shoplab');
    if (version >= 1) response.int32(nodeId);
    return response.array(names, (name) => {
      const topic = state.topic(name, mayCreate);
      response.int16(topic ? errorCode.none : isTopicName(name) ? errorCode.unknownTopicOrPartition : errorCode.invalidTopic).string(name);
      if (version >= 1) response.bool(false);
      response.array([...(topic?.partitions.keys() ?? [])], (index) => {
        response.int16(errorCode.none).int32(index).int32(nodeId);
        response.array([nodeId], (node) => response.int32(node));
        response.array([nodeId], (node) => response.int32(node));
        if (version >= 5) response.array([], () => undefined);
      });
    });
  },
};
