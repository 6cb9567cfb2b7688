import type { Cause } from '../resources/resource.ts';
import { at, type JsonObject } from './object.ts';

/** An error that clients get as a Status object; the sentences are Kubernetes' own. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  /** For example `NotFound`. */
  readonly reason: string;
  readonly details: JsonObject | undefined;

  constructor(code: number, reason: string, message: string, details?: JsonObject) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  /** What goes over the wire. */
  toStatus(): JsonObject {
    const { message, reason, code, details } = this;
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, ...(details && { details }), code };
  }
}

/** Whether the error is the API's answer, of one of the reasons where given: `isApiError(error, 'NotFound')`. */
export const isApiError = (error: unknown, ...reasons: string[]): error is ApiError =>
  error instanceof ApiError && (reasons.length === 0 || reasons.includes(error.reason));

/** Group and plural of a resource, as messages name it: `deployments.apps`. */
export interface Named {
  group: string;
  plural: string;
}
const qualified = (resource: string, group: string): string => (group ? `${resource}.${group}` : resource);
/** As Go leaves out what is empty. */
const details = (name: string, group: string, kind: string): JsonObject => ({ ...(name && { name }), ...(group && { group }), kind });
const about = ({ plural, group }: Named, name: string): string => `${qualified(plural, group)} "${name}"`;

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);
export const unauthorized = (): ApiError => new ApiError(401, 'Unauthorized', 'Unauthorized');
export const expired = (message: string): ApiError => new ApiError(410, 'Expired', message);
export const methodNotAllowed = (): ApiError =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
/** A subresource that is not served: without a name, by which clients tell it from an object that is not there. */
export const unknownPath = (): ApiError => new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
export const serviceUnavailable = (message: string): ApiError => new ApiError(503, 'ServiceUnavailable', message);

export const notFound = (resource: Named, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${about(resource, name)} not found`, details(name, resource.group, resource.plural));

export const alreadyExists = (resource: Named, name: string): ApiError =>
  new ApiError(409, 'AlreadyExists', `${about(resource, name)} already exists`, details(name, resource.group, resource.plural));

/** 409 with a text of its own after `Operation cannot be fulfilled on …: `. */
export const conflict = (
  resource: Named,
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
): ApiError =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${about(resource, name)}: ${why}`,
    details(name, resource.group, resource.plural),
  );

/** 403 with a text of its own after `… is forbidden: `. */
export const forbidden = (resource: Named, name: string, why: string, causes: Cause[] = []): ApiError =>
  new ApiError(403, 'Forbidden', `${name ? about(resource, name) : qualified(resource.plural, resource.group)} is forbidden: ${why}`, {
    ...details(name, resource.group, resource.plural),
    ...(causes.length > 0 && { causes: causes.map(({ reason, message, field }) => ({ reason, message, field })) }),
  });

/** Creating in a namespace that is going: admission plugin NamespaceLifecycle. */
export const terminating = (resource: Named, name: string, namespace: string): ApiError =>
  forbidden(resource, name, `unable to create new content in namespace ${namespace} because it is being terminated`, [
    { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
  ]);

/** Whether the error says that the namespace is going, so that nothing is made in it. */
export const isTerminating = (error: unknown): boolean => {
  const causes = isApiError(error, 'Forbidden') ? error.details?.causes : undefined;
  return Array.isArray(causes) && causes.some((cause) => at(cause, 'reason') === 'NamespaceTerminating');
};

export const unsupportedMediaType = (type: string): ApiError =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf; got ${type}`,
  );

/** 422 with all that is wrong. */
export function invalid(resource: { kind: string; group: string }, name: string, causes: Cause[]): ApiError {
  // A sentence is said once (field.ErrorList.ToAggregate), each cause stands for itself.
  const lines = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  const message = `${qualified(resource.kind, resource.group)} "${name}" is invalid: ${text}`;
  return new ApiError(422, 'Invalid', message, {
    ...details(name, resource.group, resource.kind),
    causes: causes.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}
