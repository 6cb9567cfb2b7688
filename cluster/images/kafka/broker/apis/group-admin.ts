import { errorCode } from '../error-code.ts';
import { ResponseWriter } from '../response-writer.ts';
import type { Api } from './api.ts';

export const describeGroups: Api = {
  key: 15,
  name: 'DescribeGroups',
  minVersion: 0,
  maxVersion: 2,
  handle({ body, version }, state) {
    const response = new ResponseWriter();
    if (version >= 1) response.int32(0);
    return response.array(
      body.array(() => body.string()),
      (id) => {
        const group = state.findGroup(id);
        response
          .int16(errorCode.none)
          .string(id)
          .string(group?.state ?? 'Dead')
          .string(group?.protocolType ?? '')
          .string(group?.protocol ?? '');
        response.array([...(group?.members.values() ?? [])], (member) => {
          const metadata = member.protocols.find(({ name }) => name === group?.protocol)?.metadata ?? Buffer.alloc(0);
          response.string(member.memberId).string(member.clientId).string(`/${member.clientHost}`).bytes(metadata).bytes(member.assignment);
        });
      },
    );
  },
};

export const listGroups: Api = {
  key: 16,
  name: 'ListGroups',
  minVersion: 0,
  maxVersion: 2,
  handle({ version }, state) {
    const response = new ResponseWriter();
    if (version >= 1) response.int32(0);
    return response.int16(errorCode.none).array(state.groupIds(), (id) => response.string(id).string(state.group(id).protocolType));
  },
};

export const deleteGroups: Api = {
  key: 42,
  name: 'DeleteGroups',
  minVersion: 0,
  maxVersion: 1,
  handle({ body }, state) {
    const response = new ResponseWriter().int32(0);
    return response.array(
      body.array(() => body.string()),
      (id) => {
        const group = state.findGroup(id);
        const error = !group ? errorCode.groupIdNotFound : group.members.size > 0 ? errorCode.nonEmptyGroup : errorCode.none;
        if (error === errorCode.none) state.deleteGroup(id);
        response.string(id).int16(error);
      },
    );
  },
};
