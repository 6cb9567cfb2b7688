import { errorCode } from '../error-code.ts';
import { ResponseWriter } from '../response-writer.ts';
import { createAcls, deleteAcls, describeAcls } from './access-control.ts';
import type { Api } from './api.ts';
import { alterConfigs, describeConfigs } from './configs.ts';
import { fetch } from './fetch.ts';
import { deleteGroups, describeGroups, listGroups } from './group-admin.ts';
import { findCoordinator, heartbeat, joinGroup, leaveGroup, syncGroup } from './group-membership.ts';
import { offsetCommit, offsetFetch } from './group-offsets.ts';
import { listOffsets } from './list-offsets.ts';
import { metadata } from './metadata.ts';
import { produce } from './produce.ts';
import { initProducerId } from './producer-id.ts';
import { createPartitions, createTopics, deleteRecords, deleteTopics } from './topic-admin.ts';

const listApis = (response: ResponseWriter): ResponseWriter =>
  response.array([...apis.values()], ({ key, maxVersion }) => response.int16(key).int16(0).int16(maxVersion));

/** The first thing that a client asks: what is there, up to which version. */
const apiVersions: Api = {
  key: 18,
  name: 'ApiVersions',
  minVersion: 0,
  maxVersion: 2,
  handle({ version }) {
    const response = listApis(new ResponseWriter().int16(errorCode.none));
    return version >= 1 ? response.int32(0) : response;
  },
};

/** What a client gets that asks in a version of ApiVersions that is too new: the list in version 0, to choose from and ask again (KIP-511). */
export const tooNewApiVersions = (): ResponseWriter => listApis(new ResponseWriter().int16(errorCode.unsupportedVersion));

/** All that this broker answers, by key. */
export const apis: ReadonlyMap<number, Api> = new Map(
  [
    ...[produce, fetch, listOffsets, metadata, offsetCommit, offsetFetch, findCoordinator, joinGroup, heartbeat, leaveGroup, syncGroup],
    ...[describeGroups, listGroups, apiVersions, createTopics, deleteTopics, deleteRecords, initProducerId, describeAcls, createAcls],
    ...[deleteAcls, describeConfigs, alterConfigs, createPartitions, deleteGroups],
  ].map((api) => [api.key, api]),
);
