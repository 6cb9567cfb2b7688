import type { Cause } from './resource.ts';

/** A value as Kubernetes prints it in `Invalid value: …`. */
const shown = (value: unknown): string => JSON.stringify(value) ?? 'null';

export const required = (field: string, why = ''): Cause => ({
  field,
  message: why ? `Required value: ${why}` : 'Required value',
  reason: 'FieldValueRequired',
});
export const invalidValue = (field: string, value: unknown, why: string): Cause => ({
  field,
  message: `Invalid value: ${shown(value)}: ${why}`,
  reason: 'FieldValueInvalid',
});
export const forbidden = (field: string, why: string): Cause => ({ field, message: `Forbidden: ${why}`, reason: 'FieldValueForbidden' });
export const duplicate = (field: string, value: unknown): Cause => ({
  field,
  message: `Duplicate value: ${shown(value)}`,
  reason: 'FieldValueDuplicate',
});
export const notFound = (field: string, value: unknown): Cause => ({
  field,
  message: `Not found: ${shown(value)}`,
  reason: 'FieldValueNotFound',
});
export const notSupported = (field: string, value: unknown, supported: string[]): Cause => ({
  field,
  message: `Unsupported value: ${shown(value)}: supported values: ${[...supported].sort().map(shown).join(', ')}`,
  reason: 'FieldValueNotSupported',
});
export const tooLong = (field: string, max: number): Cause => ({
  field,
  message: `Too long: may not be more than ${max} bytes`,
  reason: 'FieldValueTooLong',
});
export const nonNegative = (field: string, value: unknown): Cause[] =>
  typeof value === 'number' && value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];
