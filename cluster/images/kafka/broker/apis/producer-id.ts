import { errorCode } from '../error-code.ts';
import { ResponseWriter } from '../response-writer.ts';
import type { Api } from './api.ts';

/** An id for an idempotent producer; a transactional one is refused, as there are no transactions here. */
export const initProducerId: Api = {
  key: 22,
  name: 'InitProducerId',
  minVersion: 0,
  maxVersion: 1,
  handle({ body }, state) {
    const transactional = body.nullableString() !== null;
    const error = transactional ? errorCode.transactionalIdAuthorizationFailed : errorCode.none;
    return new ResponseWriter()
      .int32(0)
      .int16(error)
      .int64(transactional ? -1 : state.nextProducerId())
      .int16(transactional ? -1 : 0);
  },
};
