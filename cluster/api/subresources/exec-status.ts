import { ApiError } from '../errors.ts';
import type { JsonObject } from '../object.ts';

/** What the last message of an exec says: apimachinery Status without kind, as kubelet sends it. */
export function exitStatus(code: number): JsonObject {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

/** The command could not be run at all. */
export function failureStatus(error: unknown): JsonObject {
  if (error instanceof ApiError) return error.toStatus();
  const message = error instanceof Error ? error.message : String(error);
  return { metadata: {}, status: 'Failure', reason: 'InternalError', message, code: 500 };
}
