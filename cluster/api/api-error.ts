import type { Cause } from '../resources/resource.ts';
import type { JsonObject } from './object.ts';

/** What an error is about: `resource` is the plural (`deployments`), `group` '' for the core group. */
export interface Subject {
  group: string;
  plural: string;
}

/** An error that clients get as a Status object: HTTP code, CamelCase reason, Kubernetes' own sentence. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string;
  readonly details: JsonObject | undefined;
  constructor(code: number, reason: string, message: string, details?: JsonObject) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  toStatus(): JsonObject {
    const { message, reason, code, details } = this;
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, ...(details && { details }), code };
  }
}

/** Whether the error is the API's answer of that reason, for example `NotFound`. */
export const isApiError = (error: unknown, ...reasons: string[]): error is ApiError =>
  error instanceof ApiError && (reasons.length === 0 || reasons.includes(error.reason));

const qualified = (name: string, group: string): string => (group ? `${name}.${group}` : name);
const details = (name: string, group: string, kind: string): JsonObject => ({ name, ...(group && { group }), kind });
const about = (subject: Subject, name: string): string => `${qualified(subject.plural, subject.group)} "${name}"`;

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);
export const unauthorized = (): ApiError => new ApiError(401, 'Unauthorized', 'Unauthorized');
export const expired = (message: string): ApiError => new ApiError(410, 'Expired', message);

/** The path or the method is not one of this server. */
export const methodNotAllowed = (): ApiError =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');

export const notFound = (subject: Subject, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${about(subject, name)} not found`, details(name, subject.group, subject.plural));

export const alreadyExists = (subject: Subject, name: string): ApiError =>
  new ApiError(409, 'AlreadyExists', `${about(subject, name)} already exists`, details(name, subject.group, subject.plural));

/** `why` in Kubernetes' words; absent: the object was modified since it was read. */
export const conflict = (subject: Subject, name: string, why?: string): ApiError =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${about(subject, name)}: ${why ?? 'the object has been modified; please apply your changes to the latest version and try again'}`,
    details(name, subject.group, subject.plural),
  );

export const forbidden = (subject: Subject, name: string, why: string, causes: Cause[] = []): ApiError =>
  new ApiError(403, 'Forbidden', `${name ? about(subject, name) : qualified(subject.plural, subject.group)} is forbidden: ${why}`, {
    ...details(name, subject.group, subject.plural),
    ...(causes.length > 0 && { causes: causes.map((cause) => ({ ...cause })) }),
  });

export const unsupportedMediaType = (type: string): ApiError =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf; got ${type}`,
  );

/** 422 with every cause; the sentence names the kind, not the plural. */
export function invalid(kind: string, group: string, name: string, causes: Cause[]): ApiError {
  const lines = causes.map((cause) => `${cause.field}: ${cause.message}`).join(', ');
  const message = `${qualified(kind, group)} "${name}" is invalid: ${causes.length === 1 ? lines : `[${lines}]`}`;
  return new ApiError(422, 'Invalid', message, { ...details(name, group, kind), causes: causes.map((cause) => ({ ...cause })) });
}
