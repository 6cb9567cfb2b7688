import { errorCode } from '../error-code.ts';
import { ResponseWriter } from '../response-writer.ts';
import type { Api } from './api.ts';

const copy = (bytes: Buffer | null): Buffer => Buffer.from(bytes ?? Buffer.alloc(0));

/** Who coordinates a group: this node. Transaction coordinators there are none. */
export const findCoordinator: Api = {
  key: 10,
  name: 'FindCoordinator',
  minVersion: 0,
  maxVersion: 2,
  handle({ body, version }, state) {
    body.string();
    const ofGroup = version === 0 || body.int8() === 0;
    const response = new ResponseWriter();
    if (version >= 1) response.int32(0);
    response.int16(ofGroup ? errorCode.none : errorCode.coordinatorNotAvailable);
    if (version >= 1) response.string(ofGroup ? null : 'this broker has no transactions');
    return response.int32(0).string(state.advertised.host).int32(state.advertised.port);
  },
};

export const joinGroup: Api = {
  key: 11,
  name: 'JoinGroup',
  minVersion: 1,
  maxVersion: 5,
  async handle({ body, version, clientId, clientHost }, state) {
    const group = body.string();
    const sessionTimeoutMs = body.int32();
    const rebalanceTimeoutMs = body.int32();
    const memberId = body.string();
    const instanceId = version >= 5 ? body.nullableString() : null;
    const protocolType = body.string();
    const protocols = body.array(() => ({ name: body.string(), metadata: copy(body.bytes()) }));
    const answer = await state
      .group(group)
      .join({ memberId, instanceId, clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs, protocolType, protocols });
    const response = new ResponseWriter();
    if (version >= 2) response.int32(0);
    response.int16(answer.error).int32(answer.generation).string(answer.protocol).string(answer.leader).string(answer.memberId);
    return response.array(answer.members, (member) => {
      response.string(member.id);
      if (version >= 5) response.string(member.instanceId);
      response.bytes(member.metadata);
    });
  },
};

export const syncGroup: Api = {
  key: 14,
  name: 'SyncGroup',
  minVersion: 0,
  maxVersion: 3,
  async handle({ body, version }, state) {
    const group = body.string();
    const generation = body.int32();
    const memberId = body.string();
    if (version >= 3) body.nullableString();
    const assignments = body.array(() => ({ memberId: body.string(), assignment: copy(body.bytes()) }));
    const answer = await state.group(group).sync(memberId, generation, assignments);
    const response = new ResponseWriter();
    if (version >= 1) response.int32(0);
    return response.int16(answer.error).bytes(answer.assignment);
  },
};

export const heartbeat: Api = {
  key: 12,
  name: 'Heartbeat',
  minVersion: 0,
  maxVersion: 3,
  handle({ body, version }, state) {
    const group = body.string();
    const generation = body.int32();
    const response = new ResponseWriter();
    if (version >= 1) response.int32(0);
    return response.int16(state.group(group).heartbeat(body.string(), generation));
  },
};

export const leaveGroup: Api = {
  key: 13,
  name: 'LeaveGroup',
  minVersion: 0,
  maxVersion: 3,
  handle({ body, version }, state) {
    const group = state.group(body.string());
    const response = new ResponseWriter();
    if (version >= 1) response.int32(0);
    if (version < 3) return response.int16(group.leave(body.string()));
    const members = body.array(() => ({ memberId: body.string(), instanceId: body.nullableString() }));
    return response
      .int16(errorCode.none)
      .array(members, ({ memberId, instanceId }) => response.string(memberId).string(instanceId).int16(group.leave(memberId)));
  },
};
