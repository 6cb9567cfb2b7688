import { badRequest, invalid } from '../errors.ts';
import { at, type Json, type JsonObject } from '../object.ts';
import type { DeleteOptions } from '../registry.ts';
import type { DeleteRequest } from '../store/deletion.ts';
import { bodyOf } from './body.ts';
import { type ApiRequest, type Backend, isDryRun, numberOf } from './request.ts';

const policies: unknown[] = ['Background', 'Foreground', 'Orphan'];

/** What a DELETE asks for, in its body (DeleteOptions) or in its query. Throws 400, 422. */
export function deleteRequestOf(request: ApiRequest, sent: Json = bodyOf(request)): DeleteRequest {
  const { query } = request;
  const grace = at(sent, 'gracePeriodSeconds') ?? numberOf(query, 'gracePeriodSeconds');
  if (grace !== undefined && !Number.isInteger(grace)) throw badRequest(`gracePeriodSeconds: ${JSON.stringify(grace)} is no whole number`);
  const orphan = at(sent, 'orphanDependents') ?? (query.has('orphanDependents') ? query.get('orphanDependents') === 'true' : undefined);
  const policy =
    at(sent, 'propagationPolicy') ??
    query.get('propagationPolicy') ??
    (orphan === undefined ? undefined : orphan ? 'Orphan' : 'Background');
  if (policy && !policies.includes(policy)) {
    const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: "Background", "Foreground", "Orphan"`;
    const causes = [{ field: 'propagationPolicy', message, reason: 'FieldValueNotSupported' }];
    throw invalid({ kind: 'DeleteOptions', group: 'meta.k8s.io' }, '', causes);
  }
  const uid = at(sent, 'preconditions', 'uid');
  const resourceVersion = at(sent, 'preconditions', 'resourceVersion');
  const dryRun = isDryRun(request) || at(sent, 'dryRun', 0) === 'All';
  return {
    dryRun,
    ...(grace !== undefined && { gracePeriodSeconds: Number(grace) }),
    ...(policy ? { propagationPolicy: policy as NonNullable<DeleteOptions['propagationPolicy']> } : {}),
    ...(typeof uid === 'string' && { uid }),
    ...(typeof resourceVersion === 'string' && { resourceVersion }),
  };
}

/** DELETE of one object: the object where it is a Pod or Service, or is still there; else a Status. */
export function remove({ registry }: Backend, request: ApiRequest, options = deleteRequestOf(request)): JsonObject {
  const { resource, namespace, name } = request;
  const { value, object } = registry.deleteObject(resource, namespace, name, options);
  if (value === 'kept' || resource.kind === 'Pod' || resource.kind === 'Service') return object as unknown as JsonObject;
  const details = { name, ...(resource.group && { group: resource.group }), kind: resource.plural, uid: object.metadata.uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
