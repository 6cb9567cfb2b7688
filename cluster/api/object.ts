import type { V1ObjectMeta } from '@kubernetes/client-node';

/** Any JSON value, as the API carries it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A type of @kubernetes/client-node as it stands on the wire: times are RFC 3339 strings. Types only: that package is never loaded here. */
export type Wire<T> = T extends Date ? string : T extends (infer U)[] ? Wire<U>[] : T extends object ? { [K in keyof T]: Wire<T[K]> } : T;

/** Metadata of an object that the store holds. */
export type Metadata = Wire<V1ObjectMeta> & { name: string; uid: string; resourceVersion: string; creationTimestamp: string };

/** A stored object of a known kind, for example `Stored<V1Pod>`. */
export type Stored<T> = Omit<Wire<T>, 'metadata' | 'apiVersion' | 'kind'> & { apiVersion: string; kind: string; metadata: Metadata };

/** A stored object of any kind. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  [field: string]: unknown;
}

/** RFC 3339 without fractions, as Kubernetes writes times. */
export const timestamp = (milliseconds = Date.now()): string => new Date(milliseconds).toISOString().replace(/\.\d+/, '');

/** The value at a path of keys, or undefined; for reading JSON of unknown shape. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce(
    (here, key) => (here === null || typeof here !== 'object' ? undefined : (here as Record<string | number, unknown>)[key]),
    value,
  );
}

export const isObject = (value: unknown): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The value if it is an array, else an empty one. */
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A deep copy without undefined and null: what JSON over the wire would have dropped, and what Kubernetes takes for unset. */
export function clean<T>(value: T): T {
  if (Array.isArray(value)) return value.map(clean) as T;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined && each !== null);
  return Object.fromEntries(entries.map(([key, each]) => [key, clean(each)])) as T;
}

/** Whether two values are the same JSON: the order of keys does not matter, and a key that is undefined is an absent one. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  return keys.length === Object.keys(b).filter((key) => b[key] !== undefined).length && keys.every((key) => sameJson(a[key], b[key]));
}
