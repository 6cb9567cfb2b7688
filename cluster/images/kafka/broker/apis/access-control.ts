import { errorCode } from '../error-code.ts';
import { ResponseWriter } from '../response-writer.ts';
import type { Api } from './api.ts';

const message = 'this broker has no authorizer: everybody may do everything';

/** Access control lists there are none; tools that ask are told so, in Kafka's own way (SECURITY_DISABLED). */
export const describeAcls: Api = {
  key: 29,
  name: 'DescribeAcls',
  minVersion: 0,
  maxVersion: 1,
  handle: () =>
    new ResponseWriter()
      .int32(0)
      .int16(errorCode.securityDisabled)
      .string(message)
      .array([], () => undefined),
};

/** One refusal for each list that was to be made, whatever it says; the count stands first in the request. */
export const createAcls: Api = {
  key: 30,
  name: 'CreateAcls',
  minVersion: 0,
  maxVersion: 1,
  handle: ({ body }) => {
    const count = Math.max(0, Math.min(body.int32(), 1000));
    const response = new ResponseWriter().int32(0);
    return response.array(Array.from({ length: count }), () => response.int16(errorCode.securityDisabled).string(message));
  },
};

export const deleteAcls: Api = {
  key: 31,
  name: 'DeleteAcls',
  minVersion: 0,
  maxVersion: 1,
  handle: ({ body }) => {
    const count = Math.max(0, Math.min(body.int32(), 1000));
    const response = new ResponseWriter().int32(0);
    return response.array(Array.from({ length: count }), () =>
      response
        .int16(errorCode.securityDisabled)
        .string(message)
        .array([], () => undefined),
    );
  },
};
